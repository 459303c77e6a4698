# Tells of a file or folder.
$options = Read-Options @{
    path = @{ type = 'path'; required = $true; aliases = @('dest', 'name') }; follow = @{ type = 'bool'; default = $false }
    get_checksum = @{ type = 'bool'; default = $true }
    checksum_algorithm = @{ type = 'str'; default = 'sha1'; choices = @('md5', 'sha1', 'sha256', 'sha384', 'sha512'); aliases = @('checksum') }
    get_size = @{ type = 'bool'; default = $true }
}

function Get-Seconds($Time) {
    return [Math]::Round(($Time - (New-Object DateTime 1970, 1, 1)).TotalSeconds, 6)
}

$stat = @{ exists = $false }
$Module.result.stat = $stat
if ([IO.Directory]::Exists($options.path)) {
    $item = New-Object IO.DirectoryInfo $options.path
} elseif ([IO.File]::Exists($options.path)) {
    $item = New-Object IO.FileInfo $options.path
} else {
    return
}
$attributes = [int]$item.Attributes
$stat.exists = $true
$stat.path = $item.FullName
$stat.filename = $item.Name
$stat.attributes = [string]$item.Attributes
$stat.creationtime = Get-Seconds $item.CreationTimeUtc
$stat.lastaccesstime = Get-Seconds $item.LastAccessTimeUtc
$stat.lastwritetime = Get-Seconds $item.LastWriteTimeUtc
$stat.isreadonly = ($attributes -band 1) -ne 0
$stat.ishidden = ($attributes -band 2) -ne 0
$stat.isarchive = ($attributes -band 32) -ne 0
$stat.islnk = ($attributes -band 1024) -ne 0
$stat.isdir = ($attributes -band 16) -ne 0
$stat.isreg = -not $stat.isdir
$stat.isshared = $false
$stat.hlnk_targets = @()
if ($stat.islnk) { $stat.lnk_target = [string](@(Get-Item -LiteralPath $options.path -Force).Target)[0] }
if ($stat.isdir) {
    if ($options.get_size) {
        try {
            $size = 0
            foreach ($file in $item.GetFiles('*', [IO.SearchOption]::AllDirectories)) { $size += $file.Length }
            $stat.size = $size
        } catch [UnauthorizedAccessException] {
            # What may not be read has no size.
            $stat.size = $null
        }
    }
} else {
    $stat.size = $item.Length
    $stat.extension = $item.Extension
    if ($options.get_checksum) { $stat.checksum = Get-Digest $options.checksum_algorithm $item.FullName }
}
