# Runs a program without a shell.
$options = Read-Options @{
    _raw_params = @{ type = 'str' }; cmd = @{ type = 'str' }; argv = @{ type = 'list' }
    chdir = @{ type = 'path' }; creates = @{ type = 'path' }; removes = @{ type = 'path' }; stdin = @{ type = 'str' }
    output_encoding_override = @{ type = 'str' }
}

# Quotes an argument as programs of Windows read it.
function ConvertTo-Argument([string]$Text) {
    if ($Text -ne '' -and $Text -notmatch '[\s"]') { return $Text }
    $Text = $Text -replace '(\\*)"', '$1$1\"'
    $Text = $Text -replace '(\\+)$', '$1$1'
    return '"' + $Text + '"'
}

$ways = @(@('_raw_params', 'cmd', 'argv') | Where-Object { $options[$_] })
if ($ways.Count -eq 0) { Stop-Module 'missing required argument: _raw_params, cmd or argv' @{ rc = 2 } }
if ($ways.Count -gt 1) { Stop-Module 'parameters are mutually exclusive: _raw_params, cmd, argv' @{ rc = 2 } }
if ($options.argv) {
    $line = (@($options.argv) | ForEach-Object { ConvertTo-Argument $_ }) -join ' '
} else {
    $line = ([string]$options[$ways[0]]).Trim()
}
# The program's name ends with its quote, or with the first blank.
if ($line -match '^"([^"]+)"\s*((?s).*)$' -or $line -match '^(\S+)\s*((?s).*)$') {
    Invoke-Task $options $line $Matches[1] $Matches[2]
} else {
    Stop-Module 'no command given' @{ rc = 2 }
}
