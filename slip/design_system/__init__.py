"""How the portal looks: components, form markup, server-drawn charts, error pages, and a gallery of them all."""
