// Package wsman is the client's side of WS-Management as Windows has it (MS-WSMV): one [Client] is one TCP connection with one login to
// a machine's service, over which shells are opened, commands run and their streams sent and received, one message after the other.
// It knows neither PowerShell nor Ansible; connection/winrm and connection/psrp are made of it.
//
// The server that it is tested against, internal/wsman, shares the names and the sealed form of messages (see [Seal]) with it, no more.
package wsman

// Namespaces of the elements that are used.
const (
	NamespaceSOAP       = "http://www.w3.org/2003/05/soap-envelope"
	NamespaceAddressing = "http://schemas.xmlsoap.org/ws/2004/08/addressing"
	NamespaceTransfer   = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
	NamespaceWSMan      = "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd"
	NamespaceMicrosoft  = "http://schemas.microsoft.com/wbem/wsman/1/wsman.xsd"
	NamespaceShell      = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
	NamespaceFault      = "http://schemas.microsoft.com/wbem/wsman/1/wsmanfault"
)

// Anonymous is the address of whoever asked.
const Anonymous = NamespaceAddressing + "/role/anonymous"

// Resources are the kinds of shells.
const (
	ResourceCmd        = NamespaceShell + "/cmd"
	ResourcePowerShell = "http://schemas.microsoft.com/powershell/Microsoft.PowerShell"
)

// Actions of messages. An answer's action is its request's with Response behind it.
const (
	ActionCreate  = NamespaceTransfer + "/Create"
	ActionDelete  = NamespaceTransfer + "/Delete"
	ActionCommand = NamespaceShell + "/Command"
	ActionSend    = NamespaceShell + "/Send"
	ActionReceive = NamespaceShell + "/Receive"
	ActionSignal  = NamespaceShell + "/Signal"
	ActionFault   = "http://schemas.dmtf.org/wbem/wsman/1/wsman/fault"
)

// Codes of signals, of section 2.2.4.38.
const (
	SignalTerminate = NamespaceShell + "/signal/terminate"
	SignalCtrlC     = NamespaceShell + "/signal/ctrl_c"
	SignalCtrlBreak = NamespaceShell + "/signal/ctrl_break"
)

// States of commands, of section 2.2.4.12.
const (
	StatePending = NamespaceShell + "/CommandState/Pending"
	StateRunning = NamespaceShell + "/CommandState/Running"
	StateDone    = NamespaceShell + "/CommandState/Done"
)

// Codes of faults, as Windows' header wsmerror.h numbers them.
const (
	CodeAccessDenied     = 5
	CodeEnvelopeTooLarge = 2150858790
	CodeTimedOut         = 2150858793
	CodeNoShell          = 2150858843
	CodeMaxShells        = 2150859173
	CodeMaxOperations    = 2150859174
	CodeUserQuota        = 2150859175
	CodeSystemQuota      = 2150859176
	CodeMaxShellUsers    = 2150859179
	CodeMaxCommands      = 2150859241
)
