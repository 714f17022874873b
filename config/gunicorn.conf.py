"""gunicorn for Isnad: `gunicorn -c config/gunicorn.conf.py service.wsgi:app`.

Address, processes, threads and timeouts come from the [server] section of the settings (config/isnad.toml or
ISNAD_SERVER__…), so that they are said once. Anything set below this line wins.
"""

from service.server import gunicorn_options
from service.settings import load_settings

globals().update(gunicorn_options(load_settings()))
