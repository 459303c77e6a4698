package pwsh

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"strings"
	"unicode/utf16"
)

// bundle is the script that stays on machines.
type bundle struct{ text, digest string }

func newBundle(text string) *bundle {
	sum := sha256.Sum256([]byte(text))
	return &bundle{text, hex.EncodeToString(sum[:])}
}

// keeping is what both ways to a bundle have in common: the file that keeps it, and how it is read and written there. A file whose digest is
// another is as good as none, and a machine that keeps no files does without.
const keeping = `$file = [IO.Path]::Combine([Environment]::GetFolderPath('LocalApplicationData'), 'goplay', 'DIGEST.ps1')
function Read-Kept {
    try {
        $bytes = [IO.File]::ReadAllBytes($file)
        $sum = [BitConverter]::ToString([Security.Cryptography.HashAlgorithm]::Create('SHA256').ComputeHash($bytes)).Replace('-', '')
        if ($sum -eq 'DIGEST') { return [Text.Encoding]::UTF8.GetString($bytes) }
    } catch { }
    return $null
}
function Write-Kept($Text) {
    try {
        $null = [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($file))
        $new = $file + [IO.Path]::GetRandomFileName()
        [IO.File]::WriteAllBytes($new, [Text.Encoding]::UTF8.GetBytes($Text))
        [IO.File]::Delete($file)
        [IO.File]::Move($new, $file)
    } catch { }
}
`

// resident is what PowerShell is started with where it takes calls by its input. A PowerShell that is given a command reads its input itself, and
// hands it to the command line by line, as $input: nobody else may read it. It tells first whether it needs the bundle, and whether the machine is
// of 2012 or later, which takes wider messages.
const resident = `$ErrorActionPreference = 'Stop'
$utf8 = New-Object Text.UTF8Encoding $false
try { [Console]::InputEncoding = $utf8 } catch { }
$out = New-Object IO.StreamWriter ([Console]::OpenStandardOutput()), $utf8
$out.AutoFlush = $true
` + keeping + `$text = Read-Kept
$system = [Environment]::OSVersion.Version
$size = ' usual'
if ($system.Major -gt 6 -or ($system.Major -eq 6 -and $system.Minor -ge 2)) { $size = ' wide' }
if ($text) { $out.WriteLine('have' + $size) } else { $out.WriteLine('need' + $size) }
$served = $null
while ($input.MoveNext()) {
    $line = [string]$input.Current
    if (-not $text) {
        $text = $utf8.GetString([Convert]::FromBase64String($line))
        Write-Kept $text
        continue
    }
    if (-not $served) { $served = & ([ScriptBlock]::Create($text)) $out '' RUNSPACES }
    & $served.take $served $line
}
`

// single is the script of a pipeline that runs one call. It asks for the bundle where the machine has none.
const single = `param([string]$Request, [string]$Text)
$ErrorActionPreference = 'Stop'
` + keeping + `$kept = [AppDomain]::CurrentDomain.GetData('goplay.DIGEST')
if (-not $kept) {
    if ($Text) { Write-Kept $Text } else { $Text = Read-Kept }
    if (-not $Text) { return 'need' }
    $kept = $Text
    [AppDomain]::CurrentDomain.SetData('goplay.DIGEST', $kept)
}
& ([ScriptBlock]::Create($kept)) $null $Request
`

// script gives one of the scripts for this bundle.
func (b *bundle) script(text string) string {
	return strings.ReplaceAll(text, "DIGEST", b.digest)
}

// CommandLine is the command line that runs a script with PowerShell, whatever the shell that reads it.
func CommandLine(script string) string { return encoded(script) }

// encoded is the command line that runs a script: as Ansible writes it, with blanks and empty lines left out.
func encoded(script string) string {
	var lines []string
	for line := range strings.Lines(script) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	var data []byte
	for _, unit := range utf16.Encode([]rune(strings.Join(lines, "\n"))) {
		data = binary.LittleEndian.AppendUint16(data, unit)
	}
	return "PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand " + base64.StdEncoding.EncodeToString(data)
}
