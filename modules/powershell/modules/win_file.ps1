# Makes a folder or an empty file, or removes what is there.
$options = Read-Options @{
    path = @{ type = 'path'; required = $true; aliases = @('dest', 'name') }
    state = @{ type = 'str'; choices = @('absent', 'directory', 'file', 'touch') }
    _original_basename = @{ type = 'str' }; original_basename = @{ type = 'str' }
}
$path = $options.path
$isDirectory = [IO.Directory]::Exists($path)
$isFile = [IO.File]::Exists($path)
$state = $options.state
if (-not $state) {
    $state = 'file'
    if ($isDirectory) { $state = 'directory' }
}
switch ($state) {
    'absent' {
        if ($isDirectory -or $isFile) {
            $Module.result.changed = $true
            if (-not $Module.check) { Remove-Item -LiteralPath $path -Recurse -Force }
        }
    }
    'directory' {
        if ($isFile) { Stop-Module "path $path is not a directory" }
        if (-not $isDirectory) {
            $Module.result.changed = $true
            if (-not $Module.check) { $null = [IO.Directory]::CreateDirectory($path) }
        }
    }
    'file' {
        if ($isDirectory) { Stop-Module "path $path is a directory" }
        if (-not $isFile) { Stop-Module "path $path will not be created" }
    }
    'touch' {
        $Module.result.changed = $true
        if (-not $Module.check) {
            if ($isFile -or $isDirectory) {
                (Get-Item -LiteralPath $path -Force).LastWriteTime = [DateTime]::Now
            } else {
                [IO.File]::WriteAllBytes($path, [byte[]]@())
            }
        }
    }
}
