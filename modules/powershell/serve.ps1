# What stays on the host. Where a call is given it is run, and its answer given out; else a hashtable is given out, whose take runs lines
# ("run NUMBER CALL" and "stop NUMBER"). Each call is answered by a line ("NUMBER ANSWER"). Several run at one time, each in a runspace.
if ($Request) {
    & ([ScriptBlock]::Create($Runtime)) $Modules $Request $null ''
    return
}
$pool = [RunspaceFactory]::CreateRunspacePool(1, $Runspaces)
$pool.Open()
return @{
    pool = $pool; running = @{}; answers = [IO.TextWriter]::Synchronized($Out); modules = $Modules; runtime = $Runtime
    take = {
        param($Served, [string]$Line)
        $running = $Served.running
        foreach ($number in @($running.Keys)) {
            if ($running[$number].handle.IsCompleted) {
                $running[$number].shell.Dispose()
                $running.Remove($number)
            }
        }
        $words = $Line -split ' '
        if ($words[0] -eq 'stop') {
            if ($running.Contains($words[1])) {
                [void]$running[$words[1]].shell.BeginStop($null, $null)
            }
            return
        }
        $text = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($words[2]))
        $shell = [PowerShell]::Create()
        $shell.RunspacePool = $Served.pool
        [void]$shell.AddScript($Served.runtime, $true).AddArgument($Served.modules).AddArgument($text).AddArgument($Served.answers).AddArgument($words[1])
        $running[$words[1]] = @{ shell = $shell; handle = $shell.BeginInvoke() }
    }
}
