"""Finding code: the files of a workspace, cut into chunks, in a full-text index."""
