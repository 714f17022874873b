"""For WSGI servers: `gunicorn -c config/gunicorn.conf.py service.wsgi:app`."""

from service.app import create_app
from service.settings import load_settings

app = create_app(load_settings())
