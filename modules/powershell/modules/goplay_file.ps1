# Runs a script of the controller: a file that is there as long as it runs.
$options = Read-Options @{
    content = @{ type = 'str'; required = $true }; name = @{ type = 'str'; required = $true }; words = @{ type = 'str'; default = '' }
    executable = @{ type = 'str' }; chdir = @{ type = 'path' }; creates = @{ type = 'path' }; removes = @{ type = 'path' }
}
$result = $Module.result
if ($options.creates -and (Test-Path -Path $options.creates)) {
    $result.skipped = $true
    $result.msg = "$($options.creates) exists, matching creates option"
    return
}
if ($options.removes -and -not (Test-Path -Path $options.removes)) {
    $result.skipped = $true
    $result.msg = "$($options.removes) does not exist, matching removes option"
    return
}
if ($Module.check) {
    $result.skipped = $true
    $result.msg = 'Check mode is not supported for this task.'
    return
}
$folder = [IO.Path]::Combine([IO.Path]::GetTempPath(), 'goplay-' + [IO.Path]::GetRandomFileName())
$null = [IO.Directory]::CreateDirectory($folder)
try {
    $file = [IO.Path]::Combine($folder, $options.name)
    [IO.File]::WriteAllBytes($file, [Convert]::FromBase64String($options.content))
    $quoted = "'" + $file.Replace("'", "''") + "'"
    $command = "& $quoted"
    if ($options.executable) { $command = "& $($options.executable) $quoted" }
    $text = "[Console]::OutputEncoding = New-Object Text.UTF8Encoding `$false`n$command $($options.words)`nexit `$LASTEXITCODE"
    $program = 'powershell'
    if ($PSVersionTable.PSVersion.Major -gt 5) { $program = 'pwsh' }
    $line = '-NoProfile -NonInteractive -ExecutionPolicy Unrestricted -OutputFormat Text -EncodedCommand ' + [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($text))
    $ended = Invoke-Program $program $line $options.chdir $null 'utf-8'
} finally {
    Remove-Item -LiteralPath $folder -Recurse -Force -ErrorAction SilentlyContinue
}
$result.changed = $true
$result.rc = $ended.rc
$result.stdout = $ended.stdout
$result.stderr = $ended.stderr
if ($ended.rc -ne 0) { Stop-Module 'non-zero return code' }
