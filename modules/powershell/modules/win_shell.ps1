# Runs a command line with a shell: PowerShell, or the one that is named.
$options = Read-Options @{
    _raw_params = @{ type = 'str' }; cmd = @{ type = 'str' }; executable = @{ type = 'path' }; no_profile = @{ type = 'bool'; default = $false }
    chdir = @{ type = 'path' }; creates = @{ type = 'path' }; removes = @{ type = 'path' }; stdin = @{ type = 'str' }
    output_encoding_override = @{ type = 'str' }
}
if ($options._raw_params -and $options.cmd) { Stop-Module 'parameters are mutually exclusive: _raw_params, cmd' @{ rc = 2 } }
$line = ([string]($options._raw_params + $options.cmd)).Trim()
if (-not $line) { Stop-Module 'missing required argument: _raw_params or cmd' @{ rc = 2 } }

$file = $options.executable
if (-not $file) { $file = 'powershell' }
$program = [IO.Path]::GetFileNameWithoutExtension($file).ToLowerInvariant()
if ($program -eq 'powershell' -or $program -eq 'pwsh') {
    $script = "[Console]::OutputEncoding = New-Object Text.UTF8Encoding `$false`n" + $line
    if ($options.output_encoding_override) { $script = $line } else { $options.output_encoding_override = 'utf-8' }
    $arguments = '-NonInteractive -ExecutionPolicy Unrestricted -OutputFormat Text -EncodedCommand ' + [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($script))
    if ($options.no_profile) { $arguments = '-NoProfile ' + $arguments }
} else {
    $arguments = '/c ' + $line
}
Invoke-Task $options $line $file $arguments
