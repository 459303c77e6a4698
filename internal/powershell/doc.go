// Package powershell is an interpreter of a small part of PowerShell, for tests: the part that goplay's own scripts for Windows hosts are
// written in, and a few programs and classes of .NET with files below a folder of this machine. It tells what it does not know, and knows
// far less than PowerShell: that a script runs here does not mean that it runs there.
//
// [Parse] reads a script, [Machine.Run] runs one.
package powershell
