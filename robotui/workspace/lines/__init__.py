"""Lines of text compared, found again and moved in or out, whatever they say."""
