"""What is never shown: by the name of a file, and by what stands in it."""

from __future__ import annotations

import pytest

from robotui.secret_names import is_secret
from robotui.secret_texts import secret_in

SECRETS = """deploy_key deploy-key.txt .deploy_key.swp DEPLOY_KEY deploy_key.bak ssh_host_key
.vault_pass .vault-password ansible_vault_password vault.yml vault.kdb backup.kdbx.old
token.txt Token.TXT tokens.json .token gh_token.txt slack-token.json botToken.json
key.txt key.json master.key root_key.csv rootkey.csv accessKeys.csv prod.auto.tfvars.json
terraform.tfvars terraform.tfstate.backup terraform.tfstate.1700000000.backup plan.tfplan
recovery-codes.txt github-recovery-codes.txt recovery_codes.md 2fa-backup-codes.txt seed-phrase.txt
wg0.conf wg-office.conf .smbcredentials smb.cred oauth.json google_oauth.json oauth2_client.json
clientSecret.json local.settings.json creds.json host.keytab .dockerconfigjson kubeconfig-prod.yaml
id_github id_work~ .htdigest .rhosts sftp-config.json .env.production .env.local.bak .dev.vars
.Git/config .GIT/hooks/x sub/.SSH/known_hosts Secrets/a.py .config/gcloud/a.db .M2/Settings.XML
passwd shadow cookies.txt db_password.txt .ftppass master.passwd ｋｅｙ.txt""".replace(
    "\n", " "
).split(" ")
PLAIN = """tokenizer.json special_tokens_map.json added_tokens.json design-tokens.json token.py
tokens.ts public_key.txt keyboard.json keys.json oauth.py .env.example .env.local.example
passwords.py secret.go keymap.json id.json identity.json shadow.css cookies.py backup.py recovery.py
mnemonic.py vault.py package-lock.json primary_key.yml main.tf monkeys.csv compass.json
passive.json id_mapping.json wgpu.conf src/token/index.ts host.json key.py settings.json api.json
access.log session.json user_pass.py credential_helper.sh docs/secrets.md .github/workflows/ci.yml
gitconfig.md .gitignore Tokens.swift TokenList.json KeyCode.java secretary.txt""".replace(
    "\n", " "
).split(" ")


@pytest.mark.parametrize("name", [*SECRETS, "Copy of credentials.json", "token (2).txt"])
def test_names_of_secrets(name: str) -> None:
    assert is_secret(name)
    assert is_secret(f"deep/er/{name}")


@pytest.mark.parametrize("name", PLAIN)
def test_names_of_what_is_no_secret(name: str) -> None:
    assert not is_secret(name)


def test_a_folder_with_such_a_name_may_hold_code() -> None:
    assert not is_secret("token", folder=True)
    assert is_secret(".ssh", folder=True)


def made(length: int, alphabet: str = "aB3dE5gH7jK9mN1pQ2rS4tU6vW8xY0zA") -> str:
    """What looks random; put together here, so that no scanner takes these tests for a leak."""
    return (alphabet * length)[:length]


TEXTS = {
    "PEM": "-----BEGIN RSA PRIVATE " + "KEY-----\nMII",
    "ssh.com": "---- BEGIN SSH2 ENCRYPTED PRIVATE " + "KEY ----",
    "service account": '{"private_key": "-----BEGIN PRIVATE ' + 'KEY-----\\nMII"}',
    "PuTTY": "PuTTY-User-Key-File-" + "3: ssh-ed25519\r\nEncryption: none\r\n",
    "age": "# public key: age1x\nAGE-SECRET-KEY-" + "1" + made(58, "QPZRY9X8GF2TVDW0S3JN54"),
    "AWS id": "Access key ID,Secret access key\nAKIA" + "IOSFODNN7EXAMPLE,x",
    "AWS key": "AWS_SECRET_ACCESS_KEY=" + made(40),
    "AWS in JSON": '{"SecretAccessKey": "' + made(40) + '"}',
    "GitHub": "token: ghp_" + made(36),
    "GitHub OAuth": '"gho_' + made(36) + '"',
    "GitHub, fine": "github_pat_" + "11ABCDEFG0" + made(60),
    "GitLab": "glpat-" + made(20),
    "Slack": "SLACK=xoxb-" + "123456789012-1234567890123-" + made(24),
    "Slack hook": "https://hooks.slack.com/" + "services/T00000000/B00000000/" + made(24),
    "Stripe": "sk_live_" + made(24),
    "OpenAI": 'key = "sk-proj-' + made(48) + '"',
    "Anthropic": "ANTHROPIC_API_KEY=sk-ant-" + "api03-" + made(93),
    "Google": "AIza" + made(35),
    "Hugging Face": "hf_" + made(34),
    "npm": "//registry.example/:_auth" + "Token=" + made(20),
    "PyPI": "password = pypi-AgE" + "IcHlwaS5vcmc" + made(60),
    "WireGuard": "[Interface]\nPrivate" + "Key = " + made(43) + "=\n",
    "Kubernetes": "    client-key-" + "data: " + made(80),
    "Docker": '{"auths": {"r.example": {"auth": "' + made(24) + '"}}}',
    "Azure": "DefaultEndpointsProtocol=https;AccountName=x;Account" + "Key=" + made(86) + "==",
    "Telegram": "110201543:AA" + made(33),
    "JWK": '{"kty": "RSA", "e": "AQAB", "d": "' + made(40) + '"}',
    "JWK in Python": "{'kty': 'OKP', 'crv': 'Ed25519', 'd': '" + made(43) + "'}",
    "JWK, symmetric": '{"kty":"oct","k":"' + made(43) + '"}',
}
NO_SECRETS = {
    "public PEM": "-----BEGIN PUBLIC KEY-----\nMII",
    "public JWK": '{"kty": "RSA", "e": "AQAB", "n": "' + made(40) + '"}',
    "placeholder": "ghp_" + "x" * 36 + " AKIA" + "X" * 16,
    "a word before": "task-" + made(40) + " disk_live_" + made(20),
    "a prefix alone": "startswith(('ghp_', 'AKIA', 'sk-ant-', 'xoxb-', 'glpat-'))  # AGE-",
    "a variable": "aws_secret_access_key = os.environ['AWS_SECRET_ACCESS_KEY']",
    "npm by variable": "//registry.example/:_auth" + "Token=${NPM_TOKEN}",
    "a hash": "sha512-" + made(86) + " sha256:" + made(64, "0123456789abcdef"),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_texts_with_secrets(text: str, encoding: str) -> None:
    assert secret_in(text.encode(encoding))
    assert secret_in(("# Größe\n" + "x = 1\n" * 100 + text + "\nmore\n").encode(encoding))


@pytest.mark.parametrize("text", NO_SECRETS.values(), ids=NO_SECRETS)
def test_texts_without(text: str) -> None:
    assert secret_in(text.encode()) == ""
