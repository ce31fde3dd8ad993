"""Files that something runs by itself: a shell, an editor, git, a package manager, a build server.

Whoever writes one of them has a program run later, when nobody looks at it. So they are marked, and
take a second key. The names are those that the programs document.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import PurePath
from typing import Final

_RUNS: Final = {
    "a shell runs it when it starts": (
        *(".bashrc", ".bash_profile", ".bash_login", ".bash_logout", ".profile", ".bash_aliases"),
        *(".zshrc", ".zshenv", ".zprofile", ".zlogin", ".zlogout", ".kshrc", ".cshrc", ".tcshrc"),
        *(".login", ".logout", "config.fish", "*/fish/conf.d/*", "*profile.ps1", "profile.d/*"),
        *(".xprofile", ".xinitrc", ".xsession", "*/autostart/*.desktop"),
    ),
    "direnv or its like runs it when the folder is entered": (
        *(".envrc", ".envrc.*", "mise.toml", ".mise.toml", "*/mise/config.toml", ".autoenv*"),
    ),
    "Python runs it by itself": (
        *("conftest.py", "sitecustomize.py", "usercustomize.py", "*.pth", "setup.py"),
        *(".pythonrc*", ".pdbrc", "noxfile.py", "tasks.py"),
    ),
    "the editor may run it when the folder is opened": (
        *(".vscode/tasks.json", ".vscode/settings.json", ".vscode/launch.json"),
        *("*.code-workspace", ".idea/*", ".fleet/*", ".zed/*", ".devcontainer/*"),
        *(
            "devcontainer.json",
            ".devcontainer.json",
            ".dir-locals.el",
            ".exrc",
            ".vimrc",
            ".nvimrc",
        ),
        *(".nvim.lua", ".gdbinit", ".lldbinit", "*.sublime-project"),
    ),
    "git runs it": (
        *(".husky/*", ".githooks/*", "hooks/pre-*", "hooks/post-*", "hooks/commit-msg"),
        *(".pre-commit-config.yaml", ".pre-commit-config.yml", "lefthook.y*ml", "lefthook*.toml"),
        *(".lefthook.y*ml", ".gitattributes", ".gitconfig", ".gitmodules", "*/git/config"),
    ),
    "a build runs what stands in it": (
        *("makefile", "gnumakefile", "*.mk", "justfile", ".justfile", "taskfile.y*ml", "rakefile"),
        *("build.rs", ".cargo/config", ".cargo/config.toml", "build.gradle", "build.gradle.kts"),
        *("settings.gradle*", "gradle/wrapper/*", "gradlew*", "mvnw*", ".mvn/*", "build.sbt"),
        *("*.csproj", "*.targets", "directory.build.*", "meson.build", "cmakelists.txt"),
    ),
    "a package manager runs its scripts": (
        *("package.json", ".npmrc", ".yarnrc", ".yarnrc.yml", ".pnpmfile.*js", "composer.json"),
        *("gemfile", "*.gemspec", "binding.gyp", "deno.json*", ".yarn/*"),
    ),
    "a build server runs it": (
        *(".github/workflows/*", ".github/actions/*", "action.yml", "action.yaml"),
        *(".gitlab-ci.y*ml", ".gitlab/*", ".circleci/*", "jenkinsfile*", "azure-pipelines.y*ml"),
        *(".travis.yml", "appveyor.yml", ".appveyor.yml", ".drone.yml", ".woodpecker*"),
        *("bitbucket-pipelines.yml", ".buildkite/*", "cloudbuild.y*ml", "buildspec.y*ml"),
        *(".ci/*", ".forgejo/*", ".gitea/*", ".teamcity/*", ".cirrus.yml"),
    ),
    "the system runs it, or lets people in by it": (
        *("crontab", "cron.d/*", "cron.*/*", "*.service", "*.timer", "*.socket", "*.plist"),
        *("authorized_keys", ".ssh/*", "sudoers", "sudoers.d/*", "*.rules", ".rhosts"),
    ),
    "other assistants start what stands in it": (
        *(".mcp.json", "mcp.json", ".cursor/*", ".claude/*", ".codex/*", ".gemini/*"),
        *("opencode.json*", ".opencode/*", ".windsurf/*", ".vibe/*", ".continue/*"),
    ),
}


def who_runs(path: PurePath) -> str:
    """Who runs the file at ``path`` by itself, in words; empty if nobody is known to.

    Upper and lower case are the same: to some file systems they are.
    """
    whole = path.as_posix().casefold()
    for words, patterns in _RUNS.items():
        if any(_fits(whole, pattern) for pattern in patterns):
            return words
    return ""


def _fits(path: str, pattern: str) -> bool:
    """Whether the end of a path fits; ``*`` at the end of a pattern stands for all below."""
    return fnmatchcase(path, pattern) or fnmatchcase(path, f"*/{pattern}")
