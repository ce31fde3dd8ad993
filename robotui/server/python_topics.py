"""Common tasks in Python and the names that do them, by the words in which people ask.

A search by words can't know that "parse JSON" is ``json.loads``, whose documentation speaks of
deserializing a document. Only names of the standard library stand here. Of the words marked with
``!`` a question must have one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from robotui.server.index.words import Question, Stemmer
from robotui.text import word_set

_TABLE: Final = """
json.loads json.load: parse read decode deserialize json string file text
json.dumps json.dump: write encode serialize convert dump json string file dict pretty print
csv.reader csv.DictReader: read parse load csv file rows columns
csv.writer csv.DictWriter: write save create csv file rows
sorted operator.itemgetter list.sort: sort order dict dictionary list tuples objects value key \
reverse
urllib.request.urlopen http.client.HTTPSConnection: make send post call api http https request \
get fetch download url page web
subprocess.run subprocess.Popen: run execute start call shell command subprocess process program \
output capture timeout external
open pathlib.Path.read_text fileinput.input: read open load file line lines text contents
open pathlib.Path.write_text: write save append open file text string
os.listdir pathlib.Path.iterdir os.scandir: list iterate files directory folder entries contents
os.walk pathlib.Path.rglob glob.glob: walk find search files directory folder tree recursively \
subdirectories pattern
shutil.copy shutil.copyfile shutil.copytree: copy file files directory folder
shutil.move os.replace os.rename: move rename file files directory folder
shutil.rmtree os.rmdir: delete remove directory folder tree recursively everything contents
os.remove pathlib.Path.unlink: delete remove file
pathlib.Path.exists os.path.exists pathlib.Path.is_file: check test file path directory exists \
exist
pathlib.Path.mkdir os.makedirs: create make new directory folder directories parents
os.path.join pathlib.PurePath.joinpath: join combine concatenate paths path parts
os.path.splitext pathlib.PurePath.suffix: file extension suffix name
os.path.getsize os.stat: file size modification date
datetime.datetime.strptime datetime.datetime.fromisoformat: parse convert string date datetime \
time iso
datetime.datetime.strftime datetime.date.isoformat: format convert print date datetime time \
string iso
datetime.datetime.now time.time: current now today date datetime time timestamp
datetime.timedelta: add subtract difference days hours dates duration
zoneinfo.ZoneInfo datetime.datetime.astimezone: time zone timezone convert utc local
time.perf_counter time.monotonic timeit.timeit: measure elapsed long takes time timing benchmark \
duration code
time.sleep asyncio.sleep: sleep wait pause delay seconds
argparse.ArgumentParser argparse.ArgumentParser.add_argument: parse command line arguments \
argument options flags cli
random.randint random.random secrets.token_hex: generate random number integer float token
random.choice random.sample: pick choose select random item element list
random.shuffle: shuffle randomize list order
collections.Counter: count words items occurrences frequency elements list text string
collections.defaultdict: default value missing key dict dictionary
collections.deque queue.Queue: queue deque fifo append pop ends
heapq.heappush heapq.nsmallest: priority queue heap smallest largest
bisect.bisect bisect.insort: binary search sorted list insert
hashlib.new hashlib.file_digest: hash sha256 sha1 md5 checksum digest string file
hmac.new secrets.compare_digest: hmac sign signature message compare
base64.b64encode base64.b64decode: encode decode base64 bytes string
uuid.uuid4: generate create uuid unique id identifier guid
tempfile.TemporaryDirectory tempfile.NamedTemporaryFile: create make !temporary !temp directory \
folder file
zip itertools.zip_longest: zip combine pair iterate two lists together parallel
enumerate: iterate loop index counter list
itertools.groupby: group items elements list key consecutive
itertools.chain: flatten chain join lists iterables list
itertools.product itertools.combinations itertools.permutations: product combinations \
permutations pairs
itertools.islice: split list chunks batches slice iterator
functools.lru_cache functools.cache: cache memoize result function calls
functools.partial: bind fix arguments function partial
functools.wraps: write decorator wrap function decorate
contextlib.contextmanager: write create context manager statement
asyncio.gather asyncio.TaskGroup asyncio.create_task: run tasks coroutines concurrently \
concurrent parallel asyncio async
asyncio.wait_for asyncio.timeout: timeout cancel coroutine task asyncio async await
asyncio.run: run start coroutine event loop asyncio async main
asyncio.to_thread concurrent.futures.Executor.submit: run blocking function thread async asyncio
concurrent.futures.thread.ThreadPoolExecutor concurrent.futures.process.ProcessPoolExecutor: \
thread process pool parallel map workers
threading.Thread: start run create thread background
threading.Lock: lock mutex threads synchronize
multiprocessing.pool.Pool multiprocessing.context.Process: multiprocessing process pool parallel \
cpu
smtplib.SMTP.send_message email.message.EmailMessage: send email mail message attachment smtp
sqlite3.connect sqlite3.Connection.execute: connect open query sqlite sql database
re.search re.match re.fullmatch re.findall: match find search regular expression regex pattern \
string
re.sub: replace substitute regular expression regex pattern string
re.split str.split: split string separator whitespace delimiter regex
str.join: join concatenate strings list separator
str.strip str.replace: strip trim remove whitespace replace substring string
textwrap.dedent textwrap.fill: wrap indent dedent text lines width
difflib.unified_diff difflib.get_close_matches: compare diff difference similar strings files \
text
logging.basicConfig logging.FileHandler: log write configure logging file console format level
logging.Logger.exception traceback.format_exc: log print exception traceback stack
traceback.print_exc traceback.format_exc: print format exception traceback stack
warnings.warn: warn warning deprecated deprecation
xml.etree.ElementTree.parse xml.etree.ElementTree.fromstring: parse read xml file string
html.parser.HTMLParser: parse html tags
html.escape html.unescape: escape unescape html entities
urllib.parse.urlparse urllib.parse.urlsplit urllib.parse.urljoin: parse split join url parts
urllib.parse.urlencode urllib.parse.quote: encode quote escape url query string parameters
tomllib.load tomllib.loads: read parse load toml file config configuration
configparser.ConfigParser: read parse ini config configuration file
pickle.dump pickle.load: pickle serialize save load object file
copy.deepcopy copy.copy: copy clone deep shallow object list dict
dataclasses.dataclass dataclasses.field: make create dataclass data class fields default
enum.Enum: create make define enum enumeration constants
abc.ABC abc.abstractmethod: abstract base class method interface
typing.NamedTuple collections.namedtuple: named tuple namedtuple
typing.Protocol: structural type typing protocol interface
http.server.HTTPServer http.server.SimpleHTTPRequestHandler: start run create serve simple http \
web server
socket.create_connection socket.create_server: open connect tcp socket server client
socket.gethostbyname socket.getaddrinfo: resolve dns hostname host name ip address
ipaddress.ip_address: parse validate check ip address network
ssl.create_default_context: tls ssl certificate verify context
zipfile.ZipFile.extractall zipfile.ZipFile shutil.unpack_archive: unzip extract unpack read \
create zip archive
tarfile.open: extract create tar archive
gzip.open gzip.compress: compress decompress gzip data file
struct.unpack struct.pack: binary data bytes pack unpack struct
int.from_bytes int.to_bytes: convert integer bytes
os.environ os.getenv: read get set environment variable variables
sys.exit: exit quit stop terminate program script code
sys.argv: script command line arguments
input getpass.getpass: read ask input user keyboard prompt password
signal.signal atexit.register: handle catch signal interrupt ctrl shutdown
platform.system sys.platform: operating system platform detect version
inspect.signature inspect.getsource: function signature parameters source inspect
importlib.import_module: import module dynamically name string
unittest.mock.patch unittest.mock.Mock: mock patch replace function object test
unittest.TestCase: write unit test unittest assert
decimal.Decimal round: decimal round rounding number float digits
fractions.Fraction: fraction rational number
math.sqrt math.isclose: square root compare floats math
statistics.mean statistics.median: mean average median standard deviation numbers list
pprint.pprint: pretty print dict dictionary data structure
shlex.split shlex.quote: split quote escape shell command string
locale.setlocale: locale language number format
string.Template str.format: template substitute format string variables
secrets.choice secrets.token_urlsafe: generate secure random password token
cProfile.run: profile performance slow program code
pdb.set_trace breakpoint: debug debugger breakpoint program
gc.collect tracemalloc.start: memory leak usage garbage objects
weakref.ref: weak reference object
isinstance type: check type object instance
reversed: reverse list string iterate backwards
max min: largest smallest maximum minimum list key
sum: sum add numbers list total
any all: check any all items list condition true
map filter: apply function items list filter
set frozenset dict.fromkeys: remove duplicates unique list items
"""
_SLACK: Final = 4  # one word of so many may be missing
_TASKS: Final = 2  # the most that one question brings
_FRAME: Final = word_set(
    """python way code example simple new best fast easily quickly properly standard library program
    given two another something"""
)

Row = tuple[tuple[str, ...], frozenset[str], frozenset[str]]
"""Names, the stems of the words that ask for them, and those of which one is needed."""


class Topics:
    """The table, with its words as stems."""

    def __init__(self, stemmer: Stemmer) -> None:
        self._stemmer = stemmer
        self._rows: list[Row] = []

    def names(self, question: Question) -> list[str]:
        """The names that do what is asked: of the tasks with most of its words the most telling.

        There are none where a place or a name is asked for.
        """
        named = any(not name.isupper() for name in question.symbols)  # JSON is a word here
        if len(question.content) < 2 or question.places or named:
            return []
        words = [word for word in question.content if word not in _FRAME]
        asked = frozenset(self._stemmer.stems(words or [*question.content]))
        fitting = []
        for names, own, must in self.rows():
            missing = len(asked - own)
            if must and must.isdisjoint(asked):
                continue
            if missing <= len(asked) // _SLACK:
                fitting.append((missing, len(own), names))
        best = sorted(fitting)[:_TASKS]
        return list(dict.fromkeys(name for *_, names in best for name in names))

    def rows(self) -> Sequence[Row]:
        """The tasks of the table."""
        if not self._rows:
            self._rows = list(self._read())
        return self._rows

    def _read(self) -> Iterator[Row]:
        for line in _TABLE.strip().splitlines():
            names, _, words = line.partition(": ")
            own = [word.strip("!") for word in words.split()]
            own += names.lower().replace("_", ".").replace(".", " ").split()
            must = [word.strip("!") for word in words.split() if word.startswith("!")]
            yield (
                tuple(names.split()),
                frozenset(self._stemmer.stems(own)),
                frozenset(self._stemmer.stems(must)),
            )
