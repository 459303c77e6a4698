# Runs one call of a module. A call is a hashtable in CLIXML, and so is the answer, in base64.
param($Modules, [string]$Request, $Answers, [string]$Number)
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
[Threading.Thread]::CurrentThread.CurrentCulture = [Globalization.CultureInfo]::InvariantCulture
$call = [Management.Automation.PSSerializer]::Deserialize($Request)
$Module = @{
    name = $call.name; arguments = $call.arguments; check = $call.check; diff = $call.diff; environment = $call.environment
    result = @{ changed = $false }; stopped = $false
}

# Ends the module: it has failed.
function Stop-Module($Message, $More) {
    $Module.result.failed = $true
    $Module.result.msg = $Message
    if ($More) {
        foreach ($key in @($More.Keys)) { $Module.result[$key] = $More[$key] }
    }
    $Module.stopped = $true
    throw 'the module has failed'
}

# Adds to what the task's diff shows.
function Add-Diff($Before, $After) {
    if (-not $Module.diff) { return }
    if (-not $Module.result.Contains('diff')) { $Module.result.diff = @{ before = ''; after = '' } }
    if ($Before) { $Module.result.diff.before += "$Before`n" }
    if ($After) { $Module.result.diff.after += "$After`n" }
}

# Gives a value the type that an option has.
function ConvertTo-Option($Name, $Value, $Type) {
    switch ($Type) {
        'bool' {
            if ($Value -is [bool]) { return $Value }
            $text = ([string]$Value).ToLowerInvariant()
            if (@('y', 'yes', 'on', '1', 'true', 't', '1.0') -contains $text) { return $true }
            if (@('n', 'no', 'off', '0', 'false', 'f', '0.0') -contains $text) { return $false }
        }
        'int' {
            if ([string]$Value -match '^\s*-?\d+\s*$') { return [int]$Value }
        }
        'list' {
            if ($Value -is [System.Collections.IList]) { return , @($Value) }
            return , @(([string]$Value) -split ',')
        }
        'path' { return [Environment]::ExpandEnvironmentVariables([string]$Value) }
        'raw' { return $Value }
        'dict' {
            if ($Value -is [System.Collections.IDictionary]) { return $Value }
        }
        default {
            if (-not ($Value -is [System.Collections.IDictionary]) -and -not ($Value -is [System.Collections.IList])) { return [string]$Value }
        }
    }
    Stop-Module "argument for $Name is of type $($Value.GetType().FullName) and we were unable to convert to $($Type): it is no $Type"
}

# Reads the module's options by their table: name = @{ type; default; required; choices; aliases }.
function Read-Options($Table) {
    $known = @{}
    foreach ($name in @($Table.Keys)) {
        $known[$name] = $name
        foreach ($other in @($Table[$name].aliases)) { if ($other) { $known[$other] = $name } }
    }
    $options = @{}
    $wrong = @()
    foreach ($name in @($Module.arguments.Keys)) {
        if (-not $known.Contains($name)) { $wrong += $name; continue }
        $options[$known[$name]] = $Module.arguments[$name]
    }
    if ($wrong.Count -gt 0) {
        $all = (@($Table.Keys) | Sort-Object) -join ', '
        Stop-Module "Unsupported parameters for ($($Module.name)) module: $((@($wrong) | Sort-Object) -join ', '). Supported parameters include: $all"
    }
    $missing = @()
    foreach ($name in @($Table.Keys)) {
        $option = $Table[$name]
        $value = $options[$name]
        if ($null -eq $value) {
            if ($option.required) { $missing += $name }
            $options[$name] = $option.default
            continue
        }
        $value = ConvertTo-Option $name $value $option.type
        if ($option.choices -and -not ($option.choices -contains $value)) {
            Stop-Module "value of $name must be one of: $($option.choices -join ', '). Got no match for: $value"
        }
        $options[$name] = $value
    }
    if ($missing.Count -gt 0) {
        Stop-Module "missing required arguments: $((@($missing) | Sort-Object) -join ', ')"
    }
    return $options
}

# Gives a digest of a file, or of bytes, in hexadecimal digits.
function Get-Digest($Algorithm, $Path) {
    $digest = [Security.Cryptography.HashAlgorithm]::Create($Algorithm)
    $file = [IO.File]::Open($Path, [IO.FileMode]::Open, [IO.FileAccess]::Read, [IO.FileShare]::ReadWrite)
    try { $sum = $digest.ComputeHash($file) } finally { $file.Dispose() }
    return [BitConverter]::ToString($sum).Replace('-', '').ToLowerInvariant()
}

# Runs a program with a command line, and gives its exit code and what it wrote.
function Invoke-Program($File, $Arguments, $Directory, $Text, $Encoding) {
    $about = New-Object Diagnostics.ProcessStartInfo
    $about.FileName = $File
    $about.Arguments = $Arguments
    $about.UseShellExecute = $false
    $about.CreateNoWindow = $true
    $about.RedirectStandardInput = $true
    $about.RedirectStandardOutput = $true
    $about.RedirectStandardError = $true
    if ($Directory) { $about.WorkingDirectory = $Directory }
    if ($Encoding) {
        $about.StandardOutputEncoding = [Text.Encoding]::GetEncoding($Encoding)
        $about.StandardErrorEncoding = [Text.Encoding]::GetEncoding($Encoding)
    }
    if ($Module.environment) {
        foreach ($key in @($Module.environment.Keys)) { $about.EnvironmentVariables[$key] = [string]$Module.environment[$key] }
    }
    $process = [Diagnostics.Process]::Start($about)
    try {
        $output = $process.StandardOutput.ReadToEndAsync()
        $errors = $process.StandardError.ReadToEndAsync()
        if ($Text) {
            $bytes = (New-Object Text.UTF8Encoding $false).GetBytes($Text)
            $process.StandardInput.BaseStream.Write($bytes, 0, $bytes.Length)
        }
        $process.StandardInput.Close()
        # A call that is stopped ends between two statements only: none may last.
        while (-not $process.WaitForExit(50)) { }
        while (-not ($output.Wait(50) -and $errors.Wait(50))) { }
        return @{ rc = $process.ExitCode; stdout = $output.Result; stderr = $errors.Result }
    } finally {
        if (-not $process.HasExited) { $process.Kill() }
        $process.Dispose()
    }
}

# Tells whether a command need not run, since of what it creates or removes.
function Test-Guards($Options) {
    if ($Options.creates -and (Test-Path -Path $Options.creates)) {
        return "skipped, since $($Options.creates) exists"
    }
    if ($Options.removes -and -not (Test-Path -Path $Options.removes)) {
        return "skipped, since $($Options.removes) does not exist"
    }
    return ''
}

# Runs a command as win_command and win_shell do, and makes their result of it.
function Invoke-Task($Options, $Line, $File, $Arguments) {
    $result = $Module.result
    $result.cmd = $Line
    $result.rc = 0
    $why = Test-Guards $Options
    if ($why) {
        $result.msg = $why
        $result.stdout = $why
        $result.stderr = ''
        $result.skipped = $true
        return
    }
    if ($Module.check) {
        $result.changed = $true
        $result.msg = 'Command would have run if not in check mode'
        $result.skipped = $true
        return
    }
    if ($Options.chdir -and -not [IO.Directory]::Exists($Options.chdir)) {
        Stop-Module "invalid chdir path: the folder '$($Options.chdir)' does not exist" @{ rc = 2 }
    }
    $start = [DateTime]::Now
    $result.start = $start.ToString('yyyy-MM-dd HH:mm:ss.ffffff')
    try {
        $ended = Invoke-Program $File $Arguments $Options.chdir $Options.stdin $Options.output_encoding_override
    } catch {
        Stop-Module "cannot run '$File': $($_.Exception.Message)" @{ rc = 2 }
    }
    $end = [DateTime]::Now
    $result.end = $end.ToString('yyyy-MM-dd HH:mm:ss.ffffff')
    $result.delta = ($end - $start).ToString('h\:mm\:ss\.ffffff')
    $result.rc = $ended.rc
    $result.stdout = $ended.stdout
    $result.stderr = $ended.stderr
    $result.changed = $true
    if ($ended.rc -ne 0) { Stop-Module 'non-zero return code' }
}

$finished = $false
try {
    $text = $Modules[$Module.name]
    if (-not $text) { Stop-Module "there is no module $($Module.name) here" }
    $null = & ([ScriptBlock]::Create($text))
    $finished = $true
} catch {
    $finished = $true
    if (-not $Module.stopped) {
        $Module.result.failed = $true
        $Module.result.msg = "Unhandled exception while executing module: $($_.Exception.Message)"
        $Module.result.exception = "$($_.Exception.Message)`r`n$($_.ScriptStackTrace)"
    }
} finally {
    if (-not $finished) {
        $Module.result.failed = $true
        $Module.result.msg = 'the module was stopped'
    }
    $answer = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes([Management.Automation.PSSerializer]::Serialize($Module.result, 50)))
    if ($Answers) { $Answers.WriteLine("$Number $answer") }
}
if (-not $Answers) { $answer }
