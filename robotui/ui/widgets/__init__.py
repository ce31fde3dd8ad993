"""What the workbench is made of; each widget posts messages up and is called down."""
