"""The phrases with which people and models say that code is left out, in many languages."""

from __future__ import annotations

import re
from typing import Final

_CODE: Final = (
    r"(?:code|logic|file|module|script|class|component|function|method|field|import|body|route"
    r"|propert(?:y|ie)|prop|style|rule|test|implementation|markup|config(?:uration)?|setting|option"
    r"|definition|helper|handler|line|column|key|entr(?:y|ie)|arg(?:ument)?|param(?:eter)?|member"
    r"|attribute|content|part|stuff|statement|block|section|item|case|branch|element|variable|init"
    r"|constant|declaration|selector|dependenc(?:y|ie)|service|view|model|endpoint|command)(?:e?s)?"
)
_REST: Final = r"(?:rest|remainder|remaining|existing|other|previous|original|current|earlier|old)"
_STAYS: Final = (
    r"(?:unchanged|un-?modified|untouched|the same|same|as before|as is|as-is|as it was|omitted"
    r"|stays?|remains?|goes here|go here|continues?|not changed|intact|not shown|kept|here"
    r"|skipped|hidden)"
)
_ENGLISH: Final = (
    rf"^[\[(]?(?:(?:keep|the|your|all|any|and|leave|with|plus|insert|include|of|same)\s+)*{_REST}\b"
    rf".*\b{_STAYS}\b",
    rf"^[\[(]?(?:(?:keep|the|your|all|any|and|leave|plus|insert|include|same)\s+)*{_REST}\s+"
    rf"(?:(?:of|the|this|your|my|that)\s+)*(?:[\w`'’.()]+\s+){{0,2}}{_CODE}(?:\s+here)?\W*$",
    r"^[\[(]?(?:the\s+)?rest(?:\s+of\s+(?:the\s+)?(?:`.{1,30}`|\w+\(\)|it))?\W*$",
    r"^[\[(]?(?:(?:everything|all)\s+)?(?:else\s+)?(?:is\s+|are\s+|remains?\s+|stays?\s+)?"
    r"(?:unchanged|same as (?:before|above|existing|original|it was)|as before|no changes?"
    r"|not changed|unmodified)\b.{0,40}$",
    rf"^[\w`'’.()&,/ -]{{0,40}}\b{_CODE}\b.{{0,25}}\b(?:unchanged|unmodified|omitted|elided"
    r"|truncated|snipped|untouched|same as (?:before|above)|as before|(?:remains?|stays?)"
    r"(?: exactly)?(?: the)? same|goes here|not shown)\b.{0,30}$",
    r"^[\w`'’.()&,/-]{1,25}(?:\s+[\w`'’.()&,/-]{1,25}){0,3}\s+(?:is\s+|are\s+)?(?:unchanged|omitted)\W*$",
    r"\b(?:omitted|elided|truncated|shortened|left out|removed|skipped) for (?:the sake of )?"
    r"(?:brevity|clarity)\b|\bfor brevity\b",
    r"^\W*(?:snip+(?:ped)?|snip here|truncated|omitted|elided|cut|8<|>8|abridged|etc\.?|and so on"
    r"|same|ditto)\W*$",
    r"^[-=\s]*(?:snip|8<)[-=\s]*",
    r"^\W*(?:code|lines?|content|\d+ lines?|lines?\s+\d+\D+\d+)\s+(?:omitted|elided|truncated"
    r"|snipped|unchanged|hidden|skipped|not shown|left out|here|continues?)\b",
    r"^\W*(?:keep|leave|retain|preserve)\s+(?:\w+\s+){0,5}(?:as (?:is|before|it is|they are)"
    r"|unchanged|the same|existing|rest|here|untouched)\b.{0,30}$",
    r"^(?:(?:it|this|that|all|everything|code|logic|body)\s+)?(?:remains?|stays?|is|kept)\s+(?:exactly\s+)?(?:the\s+)?"
    r"(?:same|unchanged|as is|as before|intact|untouched)\b.{0,25}$",
    r"^\W*no (?:other )?changes?(?: (?:here|needed|below|above|to .*))?\W*$",
)
_ELSEWHERE: Final = (
    # German
    r"unverändert|wie (?:bisher|gehabt|vorher|zuvor|oben)|ausgelassen|weggelassen|gekürzt"
    r"|\brest(?:liche[rsn]?)?\b.{0,15}(?:code|bleibt|datei|klasse|funktion|methode|gleich)"
    r"|^der rest\W*$"
    r"|(?:bestehende|vorhandene|existierende|übrige|restliche|weitere)[rsn]?\s+\w*(?:code"
    r"|methode|funktion|import|inhalt|zeile|klasse)"
    r"|bleib(?:t|en) (?:gleich|so|wie|bestehen|erhalten)",
    # French
    r"inchangé|(?:le )?reste d[ue]\b|code existant|comme (?:avant|précédemment)"
    r"|sans changement|sans modification|(?:est|sont) omis|\bomise?s?\b.{0,5}$|tronqué"
    r"|reste (?:identique|inchang|pareil)|^le reste\W*$|\w+s? existante?s?\W*$"
    r"|identique à avant",
    # Spanish, Portuguese
    r"sin (?:cambios|modificar|modificaciones)|(?:el )?resto del?\b|código existente"
    r"|igual que antes|como (?:antes|estaba)|omitid[oa]|permanece igual|se mantiene"
    r"|^el resto\W*$|truncad[oa]|sem (?:alteraç|mudanç|modificaç)|resto d[oae]\b"
    r"|restante d[oae]\b|código (?:atual|original|anterior)|inalterad|permanece"
    r"|igual a(?:o)? (?:antes|anterior)|^o resto\W*$|mantém-se|\w+s existentes\W*$",
    # Italian
    r"invariat[oaie]|(?:il )?resto del|codice esistente|come prima|omess[oaie]\b"
    r"|rimane (?:uguale|invariat|come)|senza modifiche|^il resto\W*$|metodi esistenti",
    # Chinese
    r"其余|其餘|其他(?:代码|代碼|方法|函数|部分|保持|不变|內容|内容|逻辑|程式)|剩余|剩餘"
    r"|不变|不變|省略|现有|現有|原有|已有(?:代码|方法)|同上|与之前|與之前|和之前|保持原样"
    r"|保持原樣|原来的|原來的|未修改|未更改|未改动|没有变化|同前",
    # Japanese
    r"既存|変更なし|変更無し|変更せず|省略|残り|以下同|同じ|そのまま|前と同様|中略|後略"
    r"|以前と|元のコード|従来",
    # Russian, Ukrainian
    r"без изменений|остальн|существующ|как (?:раньше|прежде|было)|пропущен|опущен"
    r"|прежн(?:ий|яя)|не (?:изменил|изменен|измене)|сокращен|без змін|решта|існуюч"
    r"|наявн(?:ий|і) код|як раніше|оставля|остаётся|остается",
    # Korean
    r"기존|나머지|변경 ?없음|생략|동일|그대로|이전과",
    # Dutch, Polish, Turkish, Czech, the Nordic languages, and others
    r"ongewijzigd|bestaande code|rest van de|zoals voorheen|bez zmian|reszta kodu"
    r"|istniejąc|pozostał|jak wcześniej|değişmedi|aynı kal|mevcut kod|geri kalan"
    r"|beze změny|zbytek kódu|stávající kód|oförändra|resten av|befintlig|uændret|uendret"
    r"|ennallaan|neschimbat|restul codului|változatlan",
)
SAID: Final = re.compile("|".join((*_ENGLISH, *_ELSEWHERE)), re.IGNORECASE)
"""Found in a comment that stands for code."""
