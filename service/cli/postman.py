"""`isnad postman`: the contract as a Postman collection, for import or for newman."""

from __future__ import annotations

import json

import click

from service.api.postman import read_contract, write_collection


@click.command()
@click.option(
    "--base-url", default="http://127.0.0.1:8000", show_default=True, help="Where the service is; a variable in it."
)
def postman(base_url: str) -> None:
    """Write the API as a Postman collection (v2.1) to standard output.

    A running service has it at /postman.json, which Postman imports by its address.
    """
    collection = write_collection(read_contract(), base_url=base_url.rstrip("/"))
    click.echo(json.dumps(collection, ensure_ascii=False, indent=1))
