# Starts a call in the background: a process that is the host's own, so that it outlives the shell.
$options = Read-Options @{
    jid = @{ type = 'str'; required = $true }; limit = @{ type = 'int'; required = $true }; dir = @{ type = 'path'; required = $true }
    request = @{ type = 'str'; required = $true }
}
$null = [IO.Directory]::CreateDirectory($options.dir)
$path = [IO.Path]::Combine($options.dir, $options.jid)
[IO.File]::WriteAllText($path, '')
$order = @{ modules = $Modules; request = $options.request; limit = $options.limit; path = $path }
[IO.File]::WriteAllText("$path.order", [Management.Automation.PSSerializer]::Serialize($order, 50))
$script = $Modules['goplay_later'].Replace('ORDER', "$path.order".Replace("'", "''"))
$line = 'powershell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand ' + [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($script))
$made = Invoke-CimMethod -ClassName Win32_Process -MethodName Create -Arguments @{ CommandLine = $line }
if ($made.ReturnValue -ne 0) {
    [IO.File]::Delete($path)
    [IO.File]::Delete("$path.order")
    Stop-Module "cannot start a process in the background: Win32_Process.Create gives $($made.ReturnValue)"
}
$Module.result.started = $true
$Module.result.finished = $false
$Module.result.ansible_job_id = $options.jid
$Module.result.results_file = $path
