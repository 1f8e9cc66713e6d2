; L'installateur de Tour de table : pour une seule personne, sans droit d'administrateur.
; Options pour un service informatique : /S (sans question), /D=DOSSIER (en dernier, sans guillemets).
Unicode true
Target amd64-unicode
SetCompressor /SOLID lzma
SetCompressorDictSize 32
SetDateSave off
RequestExecutionLevel user
ManifestDPIAware true

!include "MUI2.nsh"
!include "LogicLib.nsh"
!include "x64.nsh"

!define CLE "Software\Microsoft\Windows\CurrentVersion\Uninstall\TourDeTable"
!define TYPE "TourDeTable.Fichier"
!define EXE "Tour de table.exe"

Name "Tour de table"
OutFile "@SORTIE@"
InstallDir "$LOCALAPPDATA\Programs\Tour de table"
InstallDirRegKey HKCU "${CLE}" "InstallLocation"
BrandingText "Tour de table @VERSION@"

VIProductVersion "@VERSION_A_POINTS@"
VIAddVersionKey /LANG=1036 "ProductName" "Tour de table"
VIAddVersionKey /LANG=1036 "FileDescription" "Installation de Tour de table"
VIAddVersionKey /LANG=1036 "FileVersion" "@VERSION@"
VIAddVersionKey /LANG=1036 "ProductVersion" "@VERSION@"
VIAddVersionKey /LANG=1036 "LegalCopyright" ""

!define MUI_ICON "@ICONE@"
!define MUI_UNICON "@ICONE@"
!define MUI_ABORTWARNING
!define MUI_WELCOMEPAGE_TEXT "Tour de table va être installé pour vous seul, sans droit d'administrateur.$\r$\n$\r$\nSi une version plus ancienne est là, elle est remplacée ; vos fichiers et vos réglages restent en place."
!define MUI_FINISHPAGE_RUN "$INSTDIR\${EXE}"
!define MUI_FINISHPAGE_RUN_TEXT "Ouvrir Tour de table"
!define MUI_UNCONFIRMPAGE_TEXT_TOP "Le programme va être retiré. Vos fichiers, vos réglages et vos sauvegardes restent en place."

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "French"

Function .onInit
  ${IfNot} ${RunningX64}
    MessageBox MB_ICONSTOP "Tour de table demande un Windows 64 bits (Windows 10 ou plus récent)." /SD IDOK
    SetErrorLevel 3
    Quit
  ${EndIf}
FunctionEnd

; Un programme ouvert ne peut pas être remplacé : Windows garde ses fichiers.
!macro EXIGER_FERME
  ${If} ${FileExists} "$INSTDIR\${EXE}"
    ClearErrors
    FileOpen $0 "$INSTDIR\${EXE}" a
    ${If} ${Errors}
      MessageBox MB_ICONSTOP "Tour de table est ouvert : fermez-le, puis recommencez." /SD IDOK
      SetErrorLevel 4
      Abort
    ${EndIf}
    FileClose $0
  ${EndIf}
!macroend

!macro PREVENIR_LE_BUREAU
  System::Call 'shell32::SHChangeNotify(i 0x08000000, i 0, p 0, p 0)'
!macroend

Section "Tour de table"
  !insertmacro EXIGER_FERME
  RMDir /r "$INSTDIR\interne"
@FICHIERS@
  SetOutPath "$INSTDIR"
  WriteUninstaller "$INSTDIR\Désinstaller.exe"
  CreateShortCut "$SMPROGRAMS\Tour de table.lnk" "$INSTDIR\${EXE}"

  WriteRegStr HKCU "Software\Classes\.tdt" "" "${TYPE}"
  WriteRegStr HKCU "Software\Classes\.tdt" "Content Type" "@TYPE_MIME@"
  WriteRegStr HKCU "Software\Classes\.tdt\OpenWithProgids" "${TYPE}" ""
  WriteRegStr HKCU "Software\Classes\${TYPE}" "" "Fichier de Tour de table"
  WriteRegStr HKCU "Software\Classes\${TYPE}\DefaultIcon" "" "$INSTDIR\${EXE},1"
  WriteRegStr HKCU "Software\Classes\${TYPE}\shell\open\command" "" '"$INSTDIR\${EXE}" "%1"'

  WriteRegStr HKCU "${CLE}" "DisplayName" "Tour de table"
  WriteRegStr HKCU "${CLE}" "DisplayVersion" "@VERSION@"
  WriteRegStr HKCU "${CLE}" "DisplayIcon" "$INSTDIR\${EXE}"
  WriteRegStr HKCU "${CLE}" "Publisher" "Les auteurs de Tour de table"
  WriteRegStr HKCU "${CLE}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${CLE}" "UninstallString" '"$INSTDIR\Désinstaller.exe"'
  WriteRegStr HKCU "${CLE}" "QuietUninstallString" '"$INSTDIR\Désinstaller.exe" /S'
  WriteRegDWORD HKCU "${CLE}" "EstimatedSize" @KILO_OCTETS@
  WriteRegDWORD HKCU "${CLE}" "NoModify" 1
  WriteRegDWORD HKCU "${CLE}" "NoRepair" 1
  !insertmacro PREVENIR_LE_BUREAU
SectionEnd

; Seul ce que l'installateur a posé est retiré : ni les fichiers .tdt, ni les réglages.
Section "Uninstall"
  !insertmacro EXIGER_FERME
  RMDir /r "$INSTDIR\interne"
@SUPPRESSIONS@
  Delete "$INSTDIR\Désinstaller.exe"
  RMDir "$INSTDIR"
  Delete "$SMPROGRAMS\Tour de table.lnk"

  ReadRegStr $0 HKCU "Software\Classes\.tdt" ""
  ${If} $0 == "${TYPE}"
    DeleteRegValue HKCU "Software\Classes\.tdt" ""
    DeleteRegValue HKCU "Software\Classes\.tdt" "Content Type"
  ${EndIf}
  DeleteRegValue HKCU "Software\Classes\.tdt\OpenWithProgids" "${TYPE}"
  DeleteRegKey /ifempty HKCU "Software\Classes\.tdt\OpenWithProgids"
  DeleteRegKey /ifempty HKCU "Software\Classes\.tdt"
  DeleteRegKey HKCU "Software\Classes\${TYPE}"
  DeleteRegKey HKCU "${CLE}"
  !insertmacro PREVENIR_LE_BUREAU
SectionEnd
