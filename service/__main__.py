"""`python -m service` is `isnad`."""

from service.cli import main

if __name__ == "__main__":
    main(prog_name="isnad")
