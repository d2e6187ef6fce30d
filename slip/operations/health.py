"""Two questions a load balancer asks: does the process answer, and can it serve."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe
from health_check.views import HealthCheckView


@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing behind it is asked."""
    return JsonResponse({"status": "alive"})


class ReadyView(HealthCheckView):
    """The database answers. Redis is not asked: without it the portal serves on, and catches up later."""

    checks = ("health_check.checks.Database",)

    async def get(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        with self.get_executor() as executor:
            self.results = [await check.get_result(executor) for check in self.get_checks()]
        return self.render_to_response_json(500 if any(result.error for result in self.results) else 200)
