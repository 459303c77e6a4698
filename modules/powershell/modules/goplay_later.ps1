# The process of a job in the background: runs a call, and leaves its answer in the job's file.
$ErrorActionPreference = 'Stop'
$order = [Management.Automation.PSSerializer]::Deserialize([IO.File]::ReadAllText('ORDER'))
[IO.File]::Delete('ORDER')
$shell = [PowerShell]::Create()
$null = $shell.AddScript($order.modules['goplay_runtime'], $true).AddArgument($order.modules).AddArgument($order.request).AddArgument($null).AddArgument('')
$run = $shell.BeginInvoke()
if ($run.AsyncWaitHandle.WaitOne([int]$order.limit * 1000)) {
    $answer = @($shell.EndInvoke($run))[-1]
} else {
    $null = $shell.BeginStop($null, $null)
    $late = @{ failed = $true; changed = $false; msg = 'timed out waiting for module completion' }
    $answer = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes([Management.Automation.PSSerializer]::Serialize($late)))
}
$new = $order.path + '.new'
[IO.File]::WriteAllText($new, $answer)
[IO.File]::Replace($new, $order.path, $null)
[Environment]::Exit(0)
