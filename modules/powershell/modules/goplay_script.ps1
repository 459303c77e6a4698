# Runs a module that is none of goplay's own, in a PowerShell of its own. Its texts are kept on the host by their digests; those that are not there are
# asked for.
$options = Read-Options @{
    module = @{ type = 'str'; required = $true }; utils = @{ type = 'list'; default = @() }; names = @{ type = 'list'; default = @() }
    csharp = @{ type = 'list'; default = @() }; arguments = @{ type = 'raw' }; texts = @{ type = 'raw'; default = @{} }
}
$folder = [IO.Path]::Combine([Environment]::GetFolderPath('LocalApplicationData'), 'goplay')
$sha = [Security.Cryptography.HashAlgorithm]::Create('SHA256')

# Gives a kept text, if it is what its digest says.
function Read-Text($Digest) {
    try {
        $bytes = [IO.File]::ReadAllBytes([IO.Path]::Combine($folder, $Digest + '.txt'))
        $sum = [BitConverter]::ToString($sha.ComputeHash($bytes)).Replace('-', '')
        if ($sum -eq $Digest) { return [Text.Encoding]::UTF8.GetString($bytes) }
    } catch { }
    return $null
}

# Keeps a text. What has not been written for a month goes, and is sent again if it is needed; a host that cannot keep it does without.
function Write-Text($Digest, $Bytes) {
    try {
        $null = [IO.Directory]::CreateDirectory($folder)
        foreach ($file in [IO.Directory]::GetFiles($folder, '*.txt')) {
            if (([DateTime]::UtcNow - [IO.File]::GetLastWriteTimeUtc($file)).TotalDays -gt 30) { [IO.File]::Delete($file) }
        }
        $file = [IO.Path]::Combine($folder, $Digest + '.txt')
        $new = $file + [IO.Path]::GetRandomFileName()
        [IO.File]::WriteAllBytes($new, $Bytes)
        [IO.File]::Delete($file)
        [IO.File]::Move($new, $file)
    } catch { }
}

$known = @{}
$missing = @()
foreach ($digest in @(@($options.module) + $options.utils + $options.csharp)) {
    if ($options.texts.Contains($digest)) {
        $bytes = [Convert]::FromBase64String($options.texts[$digest])
        Write-Text $digest $bytes
        $known[$digest] = [Text.Encoding]::UTF8.GetString($bytes)
        continue
    }
    $known[$digest] = Read-Text $digest
    if ($null -eq $known[$digest]) { $missing += $digest }
}
if ($missing.Count -gt 0) {
    $Module.result.missing = $missing
    return
}
$work = @{
    module = $known[$options.module]; names = $options.names; arguments = $options.arguments
    utils = @($options.utils | ForEach-Object { $known[$_] }); csharp = @($options.csharp | ForEach-Object { $known[$_] })
}
$text = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes([Management.Automation.PSSerializer]::Serialize($work, 50)))
$program = 'powershell'
if ($PSVersionTable.PSVersion.Major -gt 5) { $program = 'pwsh' }
$command = [Convert]::ToBase64String([Text.Encoding]::Unicode.GetBytes($Modules['goplay_child']))
$line = '-NoProfile -NonInteractive -ExecutionPolicy Unrestricted -OutputFormat Text -EncodedCommand ' + $command
$ended = Invoke-Program $program $line $null ($text + "`n") 'utf-8'
$Module.result.goplay_script = $true
$Module.result.rc = $ended.rc
$Module.result.stdout = $ended.stdout
$Module.result.stderr = $ended.stderr
