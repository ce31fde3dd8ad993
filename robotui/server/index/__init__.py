"""Finding code: the files of a workspace, cut into chunks, in a full-text index.

What others use of it, all blocking, all in the index's own thread (``worker.Worker``):

- ``index.Index(root, path_for(root))``: ``update()`` brings it up to date in small steps,
  ``progress`` says how far it is, ``lines(path)`` reads a file that is in it, ``stale(paths)``
  reads again what changed.
- ``search.Searcher().search(index, words.ask(text), only=None) -> list[hits.Hit]``: by words,
  best first; ``only`` limits the languages.
- ``search.definitions(index, name, only=None, limit=200) -> list[store.Symbol]``: where a name is
  defined, best first; ``search.uses(index, symbol, only=None) -> list[Use]``: the lines that
  mention it.
- ``search.resolve(index, place) -> list[str]``: the paths that a written path may mean.

Which files there are to read at all, and the one safe way to read one, is ``robotui.tree``'s.

There is no watcher of the file system: looking at size and time of 5,000 files takes about 0.1 s,
so that is done at each question, and the files of an answer are looked at once more before it is
shown.
"""
