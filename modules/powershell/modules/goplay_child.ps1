# What a PowerShell of its own runs for goplay_script: it takes a hashtable in CLIXML, in base64, from its input. Modules find their arguments in
# complex_args, as Ansible's documentation says.
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
$utf8 = New-Object Text.UTF8Encoding $false
try { [Console]::OutputEncoding = $utf8 } catch { }
$null = $input.MoveNext()
$goplay_work = [Management.Automation.PSSerializer]::Deserialize($utf8.GetString([Convert]::FromBase64String([string]$input.Current)))
$complex_args = $goplay_work.arguments
for ($goplay_at = 0; $goplay_at -lt $goplay_work.utils.Count; $goplay_at++) {
    $goplay_block = [ScriptBlock]::Create($goplay_work.utils[$goplay_at])
    New-Module -Name $goplay_work.names[$goplay_at] -ScriptBlock $goplay_block | Import-Module -WarningAction SilentlyContinue
}
if ($goplay_work.csharp.Count -gt 0) { Add-CSharpType -References @($goplay_work.csharp) }
& ([ScriptBlock]::Create($goplay_work.module))
