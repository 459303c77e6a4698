# Gives a file's content in base64.
$options = Read-Options @{ src = @{ type = 'path'; required = $true; aliases = @('path') } }
$path = $options.src
if ([IO.Directory]::Exists($path)) { Stop-Module "Path $path is a directory" }
if (-not [IO.File]::Exists($path)) { Stop-Module "Path $path is not found" }
$Module.result.content = [Convert]::ToBase64String([IO.File]::ReadAllBytes($path))
$Module.result.encoding = 'base64'
