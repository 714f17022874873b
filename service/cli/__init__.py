"""The command line: `isnad COMMAND`, one file per command.

Exit codes: 0 all went well; 1 it could not be done, and one line on standard error says why; 2 the command was not
written as `--help` says; 3 some of the things given were bad and the others are done (`ingest`, `feeds poll`).
"""

from __future__ import annotations

from typing import Any

import click

from service import __version__
from service.cli.articles import articles
from service.cli.check import check
from service.cli.demo import demo
from service.cli.document import document
from service.cli.evaluate import evaluate
from service.cli.fact_checks import fact_checks
from service.cli.feeds import feeds
from service.cli.ingest import ingest
from service.cli.keys import keys
from service.cli.postman import postman
from service.cli.rebuild import rebuild
from service.cli.reindex import reindex
from service.cli.serve import serve
from service.errors import ServiceError


class OneLineErrors(click.Group):
    """A group whose commands end with one line, not a traceback, when the service or the system refuses something."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise
        except ServiceError as error:
            raise click.ClickException(str(error) or type(error).__name__) from error
        except OSError as error:
            raise click.ClickException(say_system_error(error)) from error


def say_system_error(error: OSError) -> str:
    """Say which file the system refused, and why, without its number."""
    reason = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {reason}" if error.filename else reason


@click.group(cls=OneLineErrors, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="isnad")
def main() -> None:
    """Cross-reference claims against Arabic news: which outlets agree, which conflict, in which words."""


COMMANDS = (
    serve,
    demo,
    ingest,
    check,
    document,
    articles,
    evaluate,
    fact_checks,
    feeds,
    keys,
    rebuild,
    reindex,
    postman,
)
for command in COMMANDS:
    main.add_command(command)
