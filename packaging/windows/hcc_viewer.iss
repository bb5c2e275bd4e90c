; Inno Setup 6: `python packaging/build.py --package` runs it on Windows.
; Installs for the current user without administrator rights; uninstalled from Settings, Apps.
#define AppName "HCC Viewer"
#ifndef AppVersion
  #error Give the version: iscc /DAppVersion=0.1.0 hcc_viewer.iss
#endif
; Where build.py put the program and the icon.
#ifndef Dist
  #define Dist "..\..\dist"
#endif
#ifndef Work
  #define Work "..\..\build"
#endif

[Setup]
; The identity by which Windows knows that a newer version replaces an older one; never change it.
AppId={{6E0B2C52-7F0B-4E5D-9C1C-2A1F6B0D7E43}
AppName={#AppName}
AppVersion={#AppVersion}
AppPublisher=The HCC Viewer developers
AppComments=Research software. Not for use in diagnostic procedures.
VersionInfoVersion={#AppVersion}
DefaultDirName={autopf}\{#AppName}
DefaultGroupName={#AppName}
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile=..\..\LICENSE
OutputBaseFilename=hcc-viewer-{#AppVersion}-setup
SetupIconFile={#Work}\icon.ico
UninstallDisplayIcon={app}\HCC Viewer.exe
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked
Name: "openwith"; Description: "Offer ""Open with HCC Viewer"" for folders"

[Files]
Source: "{#Dist}\hcc-viewer\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs

[Icons]
Name: "{autoprograms}\{#AppName}"; Filename: "{app}\HCC Viewer.exe"
Name: "{autodesktop}\{#AppName}"; Filename: "{app}\HCC Viewer.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\Directory\shell\HccViewer"; ValueType: string; ValueData: "Open with HCC Viewer"; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Directory\shell\HccViewer"; ValueName: "Icon"; ValueType: string; ValueData: "{app}\HCC Viewer.exe"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Directory\shell\HccViewer\command"; ValueType: string; ValueData: """{app}\HCC Viewer.exe"" ""%1"""; Tasks: openwith

[InstallDelete]
; Libraries of an older version must not lie beside those of this one.
Type: filesandordirs; Name: "{app}\_internal"

[Run]
Filename: "{app}\HCC Viewer.exe"; Description: "{cm:LaunchProgram,{#AppName}}"; Flags: nowait postinstall skipifsilent
