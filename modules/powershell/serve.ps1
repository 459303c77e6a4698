# What stays on the host: it runs one call where one is given, and gives out its answer; else it takes calls from its input, a line each
# ("run NUMBER CALL" and "stop NUMBER"), and answers each by a line ("NUMBER ANSWER"). Several run at one time, each in a runspace.
if ($Request) {
    & ([ScriptBlock]::Create($Runtime)) $Modules $Request $null ''
    return
}
$pool = [RunspaceFactory]::CreateRunspacePool(1, 16)
$pool.Open()
$answers = [IO.TextWriter]::Synchronized($Out)
$running = @{}
while ($null -ne ($line = $In.ReadLine())) {
    foreach ($number in @($running.Keys)) {
        if ($running[$number].handle.IsCompleted) {
            $running[$number].shell.Dispose()
            $running.Remove($number)
        }
    }
    $words = $line -split ' '
    if ($words[0] -eq 'stop') {
        if ($running.Contains($words[1])) {
            [void]$running[$words[1]].shell.BeginStop($null, $null)
        }
        continue
    }
    $text = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($words[2]))
    $shell = [PowerShell]::Create()
    $shell.RunspacePool = $pool
    [void]$shell.AddScript($Runtime, $true).AddArgument($Modules).AddArgument($text).AddArgument($answers).AddArgument($words[1])
    $running[$words[1]] = @{ shell = $shell; handle = $shell.BeginInvoke() }
}
$pool.Close()
