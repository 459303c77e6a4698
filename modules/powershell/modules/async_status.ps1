# Tells how a job in the background is doing, or forgets it.
$options = Read-Options @{
    jid = @{ type = 'str'; required = $true }; mode = @{ type = 'str'; default = 'status'; choices = @('status', 'cleanup') }
    _async_dir = @{ type = 'path'; required = $true }
}
$result = $Module.result
$path = [IO.Path]::Combine($options._async_dir, $options.jid)
$result.ansible_job_id = $options.jid
$result.results_file = $path
if (-not [IO.File]::Exists($path)) { Stop-Module 'could not find job' @{ started = $true; finished = $true } }
if ($options.mode -eq 'cleanup') {
    [IO.File]::Delete($path)
    $result.Remove('results_file')
    $result.erased = $path
    return
}
$result.started = $true
$answer = [IO.File]::ReadAllText($path)
$result.finished = $answer -ne ''
if ($answer) {
    $found = [Management.Automation.PSSerializer]::Deserialize([Text.Encoding]::UTF8.GetString([Convert]::FromBase64String($answer)))
    foreach ($key in @($found.Keys)) { $result[$key] = $found[$key] }
}
