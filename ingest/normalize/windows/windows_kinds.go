package windows

import "porchlight/ingest/normalize/read"

// What the events of each channel are in ECS, by id.

// Events of the channel Security
// (https://learn.microsoft.com/windows/security/threat-protection/auditing).
var windowsSecurity = read.NewKinds(`
1102  iam admin+change log-cleared success
4624  authentication start logon-success success
4625  authentication start logon-failed failure
4634,4647  session end logoff success
4648  authentication info explicit-credentials-used success
4672  iam admin special-privileges-assigned success
4688  process start process-started success
4689  process end process-ended success
4697  configuration creation service-installed success
4719  configuration change config-changed success
4720  iam user+creation user-created success
4722,4725,4738,4781  iam user+change user-changed success
4723,4724  iam user+change password-changed success
4726  iam user+deletion user-deleted success
4727,4731,4754  iam group+creation group-created success
4728,4732,4756  iam group+change group-member-added success
4729,4733,4757  iam group+change group-member-removed success
4730,4734,4758  iam group+deletion group-deleted success
4735,4737,4755  iam group+change group-changed success
4740  iam user+change account-locked success
4767  iam user+change account-unlocked success
4768,4776,4769,4770  authentication info authentication-succeeded success
4771  authentication info authentication-failed failure
1100  host end log-service-stopped success
4608  host start system-started success
4616  configuration change time-changed success
4656  file access object-opened success
4657  registry change registry-changed success
4658  file access object-closed success
4660  file deletion object-deleted success
4662,4663  file access object-accessed success
4670  iam change permissions-changed success
4673,4674  iam admin privilege-used success
4698  configuration creation scheduled-task-created success
4699  configuration deletion scheduled-task-deleted success
4700  configuration change scheduled-task-enabled success
4701  configuration change scheduled-task-disabled success
4702  configuration change scheduled-task-changed success
4703  iam user+change token-right-adjusted success
4704  iam user+change user-right-assigned success
4705  iam user+change user-right-removed success
4741  iam user+creation computer-account-created success
4742  iam user+change computer-account-changed success
4743  iam user+deletion computer-account-deleted success
4778  session start session-reconnected success
4779  session end session-disconnected success
4798  iam user+info group-membership-listed success
4799  iam group+info group-membership-listed success
4800  session info workstation-locked success
4801  session info workstation-unlocked success
4946  configuration creation firewall-rule-added success
4947  configuration change firewall-rule-changed success
4948  configuration deletion firewall-rule-deleted success
5140,5145  network+file access share-accessed success
5142  configuration creation share-added success
5144  configuration deletion share-deleted success
5158  network info port-bound success
5152,5157  network connection+denied connection-denied -
5156  network connection+allowed connection-allowed -
`)

var windowsSystem = read.NewKinds(`
104  configuration change log-cleared success
1074  host end system-shutdown success
6005  host start - -
6008  host end - failure
7045  configuration creation service-installed success
`)

var windowsSysmon = read.NewKinds(`
1  process start process-started success
2  file change file-time-changed -
3  network connection+info connection-logged -
4  process change sysmon-state-changed -
5  process end process-ended success
6  driver start driver-loaded -
7  process change image-loaded -
8  process change remote-thread-created -
9  process access raw-disk-read -
10  process access process-accessed -
11  file creation file-created -
12  registry change registry-key-changed -
13  registry change registry-value-set -
14  registry change registry-renamed -
15  file creation file-stream-created -
16  configuration change config-changed -
17  file creation pipe-created -
18  file access pipe-connected -
19  configuration change wmi-filter-added -
20  configuration change wmi-consumer-added -
21  configuration change wmi-consumer-bound -
22  network info dns-query -
23,26  file deletion file-deleted -
24  process info clipboard-changed -
25  process change process-tampered -
27  file creation executable-blocked -
28  file deletion shredding-blocked -
29  file creation executable-created -
`)

var windowsPowerShell = read.NewKinds(`
400  process start process-started -
403  process end process-ended -
600,800  process info - -
4103  process info command-executed -
4104  process info script-executed -
4105  process start - -
4106  process end - -
`)

var windowsDefender = read.NewKinds(`
1006,1015,1116  malware info malware-detected -
1007,1117  malware info malware-blocked success
1008  malware info malware-detected failure
1118,1119  malware info malware-blocked failure
5001,5010,5012  configuration change protection-disabled success
5007  configuration change config-changed success
5013  configuration change - failure
`)
