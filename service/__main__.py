"""The command ``ferrotrace``. Each subcommand is a module that is imported when it is called, so
that an edge unit never loads the chain and a verifier never loads the web."""

from importlib import import_module

import click

COMMANDS = {
    "demo": "Start the demo company on this machine.",
    "web": "Serve pages and API.",
    "worker": "Run the jobs: grade proposals, anchoring, housekeeping.",
    "migrate": "Bring a database to the schema of this version.",
    "install": "Prepare a database and a chain for this service, once.",
    "keystore": "Make an encrypted key for a chain account.",
    "users": "List, add and end accounts.",
    "keys": "List, make and replace signing keys.",
    "identity": "Show and check the DNS record of the issuer.",
    "edge": "Run the edge unit of one site: scale and cameras.",
    "edge-ca": "Show the certificate that tablets of a yard install.",
    "edge-log": "Check the log of an edge unit.",
    "edge-key": "List and replace the keys that sign entries of edge units.",
    "simulator": "Run the simulated hardware of one site.",
    "simulate": "Drive trucks through the running demo company.",
    "decode": "Decode indicator frames.",
    "grade": "Propose the grade of pictures.",
    "grade-load": "Propose the grade of a load from the frames of its unloading.",
    "reuse": "Find pictures that repeat known ones.",
    "train": "Train the head of the image engine.",
    "evaluate": "Measure the image engine on pictures it has not seen.",
    "models": "Register heads of the image engine and put them to use.",
    "shadow": "Compare heads that look in the shadow with the inspectors.",
    "catalogues": "Show the grade catalogues and what is unverified in them.",
    "regrade": "Compute a stored grade again and print every difference.",
    "label": "Label pictures of a site without seeing proposals.",
    "settle": "Answer settlement cases.",
    "carbon": "Compute the carbon statement of a mass.",
    "verify": "Verify evidence bundles.",
    "lien": "Order, relay and look up liens on deliveries.",
    "redact": "Hide fields of a bundle; its proofs still hold.",
    "audit": "Compare journal, batches and chain.",
    "trust": "Export what a verifier trusts.",
    "bench": "Measure this machine against peers.",
}


class LazyGroup(click.Group):
    """A group whose subcommands are named above and found in ``service.commands``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The subcommands in the order of the table."""
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Subcommand ``cmd_name``, imported now; None where there is none of this name."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"service.commands.{cmd_name.replace('-', '_')}")
        commands = (part for part in vars(module).values() if isinstance(part, click.Command))
        return next(command for command in commands if command.name == cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table without importing any subcommand."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=LazyGroup)
@click.version_option(package_name="ferrotrace")
def main() -> None:
    """Scrap steel, weighed, graded, settled and put on a record that outsiders can check."""


if __name__ == "__main__":
    main(prog_name="ferrotrace")
