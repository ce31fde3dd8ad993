"""Files that are never read because of what they are called: credentials, keys, passwords.

The names are those that programs give them, and people: what detect-secrets and gitleaks leave to
the content is in ``secret_texts``. The one rule for all that read a workspace.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise
from typing import Final

_FOLDERS: Final = frozenset(
    [
        *(".git", ".hg", ".svn", ".bzr"),
        *(".ssh", ".gnupg", ".aws", ".azure", ".kube", ".docker", ".m2", ".gcloud"),
        *(".password-store", ".terraform.d", "secrets"),
    ]
)
"""Folders of version control, whose configuration may hold tokens, and of credentials."""

_INSIDE: Final = frozenset({("gh", "hosts.yml"), (".m2", "settings.xml"), (".config", "gcloud")})
"""Names that say it together with the folder they are in."""

# What copies, editors and programs that keep the last state add to a name.
_COPY: Final = re.compile(
    r"(?: copy(?: \d+)?| - copy| ?\(\d+\)| ?\(copy\))(?=\.|$)"
    r"|(?:~|\.\d+|\.(?:bak|backup|bkp|copy|new|old|orig|save|swo|swp|tmp|temp|txt))+$"
)
_COPY_OF: Final = re.compile(r"^(?:copy of |#(?=.*#$))")
_HUMP: Final = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")

# Of files and folders.
_ANY: Final = re.compile(
    r"""
    \.env(?:[.~_-](?!(?:.*[._-])?(?:example|sample|template|dist|defaults?|schema|tmpl|tpl)$).*)?$
    | ^\.envrc$ | ^\.dev\.vars(?:\.|$) | ^\.secrets?$ | ^\.yarnrc\.yml$ | ^\.my\.cnf$
    | ^\..*_history$
    | \.(?:pem|key|p8|p12|pkcs12|pfx|jks|jceks|bks|keystore|keytab|kdbx?|asc|gpg|ppk|pvk|snk|ovpn
        |agekey|psafe3|1pif|1pux|opvault|agilekeychain|keychain(?:-db)?|creds?|kubeconfig
        |publishsettings|dockerconfigjson|tfplan|tfrc|tfstate(?:\.\d+)?|tfvars(?:\.json)?)$
    | ^id_(?:rsa|dsa|ecdsa|ed25519)
    | ^\.(?:netrc|pgpass|npmrc|pypirc|htpasswd|htdigest|git-credentials)$ | ^_netrc$
    | ^credentials$
    """,
    re.VERBOSE,
)

_DATA: Final = (
    r"(?:json5?|jsonc|ya?ml|toml|ini|cfg|conf|config|properties|plist|xml|csv|tsv|txt|env|enc|dat)"
)
_MAYBE: Final = rf"(?:\.{_DATA})?$"
_OF_TOKENS: Final = (
    r"(?:access|api|auth|bearer|bot|ci|deploy|discord|gh|github|gitlab|hf|id|jwt|npm|oauth2?"
    r"|personal|pypi|refresh|root|service|session|slack|telegram|user|vault)"
)
_OF_KEYS: Final = (
    r"(?:access|age|api|client|deploy(?:ment)?|encryption|gpg|host|jwt|master|pgp|private|root"
    r"|secret|server|service|signing|ssh|unseal|vault|wg|wireguard)"
)
_OF_PASSWORDS: Final = (
    r"(?:admin|ansible|become|db|ftp|keystore|ldap|login|mail|master|mysql|postgres|root|smtp|ssh"
    r"|sudo|user|vault|wifi)"
)
# Of files only. Words count in data alone: code that is about secrets has to be found.
_FILE: Final = re.compile(
    rf"""
    ^\.(?:s3cfg|boto|authinfo|mylogin\.cnf|dockercfg|vault-token|passwd(?:-s3fs)?|terraformrc
        |renviron|rhosts|shosts|smbcred(?:ential)?s?|cifs-?cred(?:ential)?s?|msmtprc|fetchmailrc
        |getmailrc|offlineimaprc|ftpconfig|ftppass|esmtprc|tokens?|pass|pw|password)$
    | ^(?:rclone\.conf|terraform\.rc|auth\.json|local\.settings\.json|sftp(?:-config)?\.json
        |filezilla\.xml|recentservers\.xml|sitemanager\.xml|ws_ftp\.ini|logins\.json
        |encrypted_data_bag_secret|data_bag_key|secret_key_base)$
    | ^(?:htpasswd|htdigest|shadow|gshadow|master\.passwd|passw(?:or)?ds?|passphrases?|cookies?|key
        |pw|pwd|pass|secrets?|client_secrets?)$
    | (?:^|[-_.])kube[-_.]?config{_MAYBE} | ^k3s\.yaml$
    | (?:^|[-_.])(?:credentials?|creds)$
    | (?:^|[-_.]){_OF_KEYS}[-_]?keys?$ | ^(?:key|token)\.{_DATA}$
    | ^(?:deploy(?:ment)?|encryption|host|master|root|signing|ssh|unseal|vault)[-_]?keys?\.{_DATA}$
    | (?:^|[-_.])root[-_]?keys?\.{_DATA}$
    | (?:^|[-_.]){_OF_TOKENS}[-_]?tokens?{_MAYBE} | ^tokens?{_MAYBE}
    | (?:^|[-_.]){_OF_PASSWORDS}[-_]?pass(?:w(?:or)?ds?|phrase|file)?(?:[-_]file)?{_MAYBE}
    | ^passw(?:or)?ds?\.{_DATA}$ | ^vault\.(?:json|ya?ml)$
    | (?:^|[-_. ])(?:recovery|backup|2fa|mfa|otp|totp|rescue)[-_. ]?(?:codes?|keys?|phrase|seed)
        (?:\.md|{_MAYBE})
    | (?:^|[-_. ])(?:seed[-_. ]?(?:phrase|words)|mnemonic){_MAYBE}
    | ^(?:wg\d+|wg-[\w-]+|wireguard[\w-]*)\.conf$
    | ^(?:[\w-]+[-_.])?oauth2?(?:[-_](?:client|creds?|keys?|tokens?|secrets?))?\.(?:json|ya?ml|txt)$
    | [-_](?:rsa|dsa|ecdsa|ed25519)$ | ^(?:.*[-_.])?(?:rsa|dsa|ecdsa|ed25519)[-_]key$
    | ^id_[\w-]+$
    | (?<![a-z])(?:credentials?|creds|secrets?|kubeconfig|(?:access|auth|api|refresh)[-_]?tokens?
        |(?:private|secret|access|api)[-_]?keys?)(?![a-z])(?:.*)\.{_DATA}$
    | (?:service[-_]?account|adminsdk)(?![a-z]).*\.json$
    """,
    re.VERBOSE,
)


def is_secret(path: str, *, folder: bool = False) -> bool:
    """Whether any part of ``path`` looks like credentials; such files are never read.

    ``folder``: its last part is a folder. The case of letters does not count.
    """
    parts = path.replace("\\", "/").split("/")
    if len(parts) > 1:
        if any(_is_secret(part, is_folder=True) for part in parts[:-1]):
            return True
        if not _INSIDE.isdisjoint(pairwise(_bare(part.casefold()) for part in parts)):
            return True
    return _is_secret(parts[-1], is_folder=folder)


@lru_cache(maxsize=65_536)
def _is_secret(name: str, *, is_folder: bool) -> bool:
    """Whether one part of a path looks like credentials."""
    humps = unicodedata.normalize("NFKC", name)
    plain = humps.casefold()
    names = {plain, _bare(plain), _bare(_HUMP.sub("_", humps).casefold())}
    if plain in _FOLDERS or any(map(_ANY.search, names)):
        return True
    return not is_folder and any(map(_FILE.search, names))


def _bare(name: str) -> str:
    """``name`` without what a copy adds to it."""
    return _COPY.sub("", _COPY_OF.sub("", name).rstrip("#"))
