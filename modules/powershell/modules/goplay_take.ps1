# The host's part of copies: compares a file with what is to be copied, and takes it in, whole or in parts.
$options = Read-Options @{
    dest = @{ type = 'path'; required = $true }; name = @{ type = 'str'; required = $true }; checksum = @{ type = 'str'; required = $true }
    content = @{ type = 'str' }; part = @{ type = 'str' }; last = @{ type = 'bool'; default = $true }; into = @{ type = 'path' }
    force = @{ type = 'bool'; default = $true }; backup = @{ type = 'bool'; default = $false }; folders = @{ type = 'bool'; default = $false }
}
$result = $Module.result
if ($options.part) {
    # More of a file that comes in parts: it is kept beside the destination until it is whole.
    $bytes = [Convert]::FromBase64String($options.content)
    $file = [IO.File]::Open($options.part, [IO.FileMode]::Append)
    try { $file.Write($bytes, 0, $bytes.Length) } finally { $file.Dispose() }
    if (-not $options.last) { return }
}
$dest = $options.dest
if ($dest.EndsWith('\') -or $dest.EndsWith('/') -or [IO.Directory]::Exists($dest)) { $dest = [IO.Path]::Combine($dest, $options.name) }
$folder = [IO.Path]::GetDirectoryName($dest)
$result.dest = $dest
$result.checksum = $options.checksum
$made = -not [IO.Directory]::Exists($folder)
if ($made -and -not ($options.folders -or $options.dest.EndsWith('\') -or $options.dest.EndsWith('/'))) {
    Stop-Module "Destination directory '$folder' does not exist"
}
$exists = [IO.File]::Exists($dest)
if ($exists -and (-not $options.force -or (Get-Digest 'SHA1' $dest) -eq $options.checksum)) {
    $result.size = (New-Object IO.FileInfo $dest).Length
    if ($options.part) { [IO.File]::Delete($options.part) }
    return
}
$result.changed = $true
if ($Module.check) { return }
if ($made) { $null = [IO.Directory]::CreateDirectory($folder) }
$from = $options.part
if (-not $from) {
    $from = $dest + '.' + [IO.Path]::GetRandomFileName()
    if ($null -eq $options.content) {
        # It is to come in parts.
        [IO.File]::WriteAllBytes($from, [byte[]]@())
        $result.part = $from
        return
    }
    [IO.File]::WriteAllBytes($from, [Convert]::FromBase64String($options.content))
}
if ((Get-Digest 'SHA1' $from) -ne $options.checksum) {
    [IO.File]::Delete($from)
    Stop-Module "what arrived of $dest is not what was sent"
}
if ($exists) {
    if ($options.backup) {
        $result.backup_file = $dest + '.' + $PID + '.' + [DateTime]::Now.ToString('yyyyMMdd-HHmmss') + '.bak'
        [IO.File]::Copy($dest, $result.backup_file)
    }
    # What is overwritten keeps its permissions.
    [IO.File]::Copy($from, $dest, $true)
    [IO.File]::Delete($from)
} else {
    [IO.File]::Move($from, $dest)
}
$result.size = (New-Object IO.FileInfo $dest).Length
