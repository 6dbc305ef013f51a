"""``python -m arcbeat_client``: the command line of the client."""

from arcbeat_client.command_line.main import main

if __name__ == "__main__":
    main()
