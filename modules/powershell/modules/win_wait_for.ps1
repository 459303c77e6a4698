# Waits for a port, a file or a text in one.
$options = Read-Options @{
    host = @{ type = 'str'; default = '127.0.0.1' }; port = @{ type = 'int' }; path = @{ type = 'path' }; regex = @{ type = 'str'; aliases = @('search_regex', 'regexp') }
    state = @{ type = 'str'; default = 'started'; choices = @('present', 'started', 'absent', 'stopped', 'drained') }
    timeout = @{ type = 'int'; default = 300 }; delay = @{ type = 'int'; default = 0 }; sleep = @{ type = 'int'; default = 1 }
    connect_timeout = @{ type = 'int'; default = 5 }; exclude_hosts = @{ type = 'list' }
}
if ($options.path -and $options.port) { Stop-Module 'port and path parameter can not both be passed to win_wait_for' }
if ($options.exclude_hosts -and $options.state -ne 'drained') { Stop-Module 'exclude_hosts should only be with state=drained' }
if ($options.path -and ('stopped', 'drained') -contains $options.state) { Stop-Module "state=$($options.state) should only be used for checking a port in the win_wait_for module" }
$goal = $options.state
if ($goal -eq 'present') { $goal = 'started' }

function Test-Port {
    $client = New-Object Net.Sockets.TcpClient
    try {
        $asked = $client.BeginConnect($options.host, $options.port, $null, $null)
        for ($left = $options.connect_timeout * 20; $left -gt 0; $left--) {
            if ($asked.AsyncWaitHandle.WaitOne(50)) {
                $client.EndConnect($asked)
                return $true
            }
        }
        return $false
    } catch {
        return $false
    } finally {
        $client.Close()
    }
}

function Test-Path-Goal {
    if (-not (Test-Path -LiteralPath $options.path)) { return $false }
    if (-not $options.regex) { return $true }
    return [Text.RegularExpressions.Regex]::IsMatch([IO.File]::ReadAllText($options.path), $options.regex, 'Multiline')
}

function Test-Busy {
    $open = [Net.NetworkInformation.IPGlobalProperties]::GetIPGlobalProperties().GetActiveTcpConnections()
    return @($open | Where-Object {
            $_.LocalEndPoint.Port -eq $options.port -and (('Established', 'CloseWait', 'SynSent', 'SynReceived', 'FinWait1', 'FinWait2', 'TimeWait') -contains [string]$_.State) -and
            -not (@($options.exclude_hosts) -contains [string]$_.RemoteEndPoint.Address)
        }).Count -gt 0
}

function Test-Goal {
    if ($goal -eq 'drained') { return -not (Test-Busy) }
    $there = $false
    if ($options.path) { $there = Test-Path-Goal } elseif ($options.port) { $there = Test-Port } else { return $false }
    return $there -eq ($goal -eq 'started')
}

$begun = [DateTime]::Now
$result = $Module.result
$tries = 0
if ($Module.check) {
    $result.elapsed = 0.0
    return
}
for ($left = $options.delay * 20; $left -gt 0; $left--) { Start-Sleep -Milliseconds 50 }
while (([DateTime]::Now - $begun).TotalSeconds -lt $options.timeout) {
    $tries++
    if (($options.path -or $options.port) -and (Test-Goal)) {
        $result.elapsed = ([DateTime]::Now - $begun).TotalSeconds
        $result.wait_attempts = $tries
        return
    }
    for ($left = $options.sleep * 20; $left -gt 0; $left--) { Start-Sleep -Milliseconds 50 }
}
$result.elapsed = ([DateTime]::Now - $begun).TotalSeconds
$result.wait_attempts = $tries
if (-not $options.path -and -not $options.port) { return }
$what = "port $($options.port) on $($options.host)"
if ($options.path) { $what = "file $($options.path)" }
if ($options.regex) { $what = "$what with the text $($options.regex)" }
Stop-Module "Timeout while waiting for $what to be $($options.state)"
