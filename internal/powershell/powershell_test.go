package powershell

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
)

// machine is one for a test, with a program that says what it is given.
func machine(t *testing.T) *Machine {
	t.Helper()
	return &Machine{Root: t.TempDir(), Name: "WIN1", User: "ann", Programs: map[string]Program{
		"say": func(_ context.Context, p *Process) int {
			in, _ := io.ReadAll(p.Stdin)
			v, _ := p.Env.Get("WHO")
			fmt.Fprintf(p.Stdout, "%s|%s|%v|%s\r\n", p.Arguments, in, v, p.Dir)
			return 3
		},
	}}
}

// What scripts give out, by the rules of PowerShell's own documentation (about_Operators and its like).
func TestScripts(t *testing.T) {
	for script, want := range map[string]string{
		`1 + 2 * 3; "a$(1 + 1)b"; 'a''b'`:                                                                                              "7|a2b|a'b",
		`$x = @(1, 2); $x += 3; $x.Count; $x[-1]; $x -join '-'`:                                                                        "3|3|1-2-3",
		`$h = @{ a = 1; 'b c' = 2 }; $h.a; $h['B C']; $h.Contains('c')`:                                                                "1|2|False",
		`function f($A, [string]$B = 'x', [switch]$S) { "$A$B$S" }; f 1; f -B y 2; f 1 -S`:                                             "1xFalse|2yFalse|1xTrue",
		`if ($null) { 1 } elseif (@()) { 2 } else { 3 }`:                                                                               "3",
		`foreach ($i in 1..5) { if ($i -eq 2) { continue }; if ($i -eq 4) { break }; $i }`:                                             "1|3",
		`try { throw 'bad' } catch { $_.Exception.Message } finally { 'end' }`:                                                         "bad|end",
		`try { [IO.File]::ReadAllText('C:\none') } catch [IO.FileNotFoundException] { 'missing' }`:                                     "missing",
		`switch ('b') { 'a' { 1 } 'B' { 2 } default { 3 } }`:                                                                           "2",
		`'Abc' -eq 'aBC'; 'abc' -ceq 'aBC'; 'abc' -like 'A*'; 'x1' -match '(\d)'; $Matches[1]`:                                         "True|False|True|True|1",
		`'a b' -split ' '; 'abc' -replace 'B', '-'; '{0:x2}' -f 10`:                                                                    "a|b|a-c|0a",
		`1..4 | Where-Object { $_ % 2 -eq 0 } | ForEach-Object { $_ * 10 }`:                                                            "20|40",
		`if (($x = 5) -gt 4) { $x }`:                                                                                                   "5",
		`$a, $b = 1, 2; $b; $a`:                                                                                                        "2|1",
		`& { param($p) return $p; 'never' } 'x'`:                                                                                       "x",
		`$i = 0; while ($true) { $i++; if ($i -gt 2) { break } }; $i; do { $i-- } until ($i -eq 0); $i`:                                "3|0",
		`for ($i = 0; $i -lt 2; $i++) { $i }`:                                                                                          "0|1",
		"@'\nline $x\n'@; @\"\nv$(1)`t|\n\"@":                                                                                          "line $x|v1\t|",
		`[int]'5' + 1; [string]5 + 1; 'x' -is [string]; [bool]'a'`:                                                                     "6|51|True|True",
		`$o = New-Object IO.FileInfo 'C:\a\b.txt'; $o.Name; $o.Extension`:                                                              "b.txt|.txt",
		`[Text.Encoding]::UTF8.GetString([Convert]::FromBase64String([Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('ä'))))`: "ä",
		`$h = @{ f = { param($x) "f$x" } }; & $h.f 1`:                                                                                  "f1",
		`$p = @{ A = 1 }; function g($A) { "got $A" }; g @p`:                                                                           "got 1",
		`Test-Path 'C:\windows'; $env:SystemRoot; [Environment]::ExpandEnvironmentVariables('%SystemRoot%\x')`:                         `True|C:\Windows|C:\Windows\x`,
		`say a 'b c'; $LASTEXITCODE`:                                                                                                   "a b c||<nil>||3",
		`$d = [Management.Automation.PSSerializer]::Deserialize([Management.Automation.PSSerializer]::Serialize(@{ a = @(1, 'x'); b = $null }, 5)); $d.a[1]; $null -eq $d.b`: "x|True",
	} {
		out, failures, exit, err := machine(t).Pipe(t.Context(), script, nil)
		var words []string
		for _, v := range out {
			words = append(words, Text(v))
		}
		if got := strings.Join(words, "|"); got != want || err != nil || exit != 0 || len(failures) != 0 {
			t.Errorf("%s\n gives %q, %v, %d, %v; want %q", script, got, failures, exit, err, want)
		}
	}
}

func TestMistakes(t *testing.T) {
	for script, want := range map[string]string{
		`throw 'bad'`:      "bad",
		`nothing-here`:     "is not recognized",
		`if (1) {`:         "cannot be read",
		`[Foo]::Bar()`:     "is not known here",
		`$null.Trim()`:     "null-valued",
		`'x'.Frobnicate()`: "is not known here",
		`Write-Error 'more'; $ErrorActionPreference = 'Stop'; Write-Error 'last'`: "last",
	} {
		_, _, _, err := machine(t).Pipe(t.Context(), script, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error is %v, want %s", script, err, want)
		}
	}
}

func TestRunsAsProgram(t *testing.T) {
	var stdout, stderr bytes.Buffer
	exit := machine(t).Run(t.Context(), `'out'; [Console]::Error.WriteLine('err'); exit 4`, Streams{strings.NewReader(""), &stdout, &stderr})
	if stdout.String() != "out\r\n" || stderr.String() != "err\r\n" || exit != 4 {
		t.Errorf("%q, %q, %d", stdout.String(), stderr.String(), exit)
	}
}

// A script that is given as a command has its input line by line, as it comes.
func TestInput(t *testing.T) {
	var stdout bytes.Buffer
	machine(t).Run(t.Context(), `while ($input.MoveNext()) { "<$($input.Current)>" }`, Streams{strings.NewReader("a\r\nb"), &stdout, io.Discard})
	if stdout.String() != "<a>\r\n<b>\r\n" {
		t.Errorf("%q", stdout.String())
	}
}
