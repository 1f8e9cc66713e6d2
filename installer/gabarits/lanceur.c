/* The two programs of the Windows folder, made from this one source: « Tour de table.exe », which
 * opens the window, and « tour-de-table.exe » (with -DCONSOLE), the command line.
 *
 * Each loads the Python of the folder « interne » beside it and gives it demarrer.py. */

#include <stdio.h>
#include <stdlib.h>
#include <wchar.h>
#include <windows.h>

#define LONGUEUR 32768
#define EN_TETE 8 /* the program, five options, demarrer.py, and the final NULL */

typedef int (*py_main)(int, wchar_t **);

static wchar_t dossier[LONGUEUR];

/* Path of a name beside this program; kept until the end. */
static wchar_t *a_cote(const wchar_t *nom)
{
    size_t longueur = wcslen(dossier) + wcslen(nom) + 2;
    wchar_t *chemin = malloc(longueur * sizeof(wchar_t));
    if (chemin == NULL)
        exit(1);
    swprintf(chemin, longueur, L"%ls\\%ls", dossier, nom);
    return chemin;
}

static int refuser(const wchar_t *phrase)
{
#ifdef CONSOLE
    fwprintf(stderr, L"%ls\n", phrase);
#else
    MessageBoxW(NULL, phrase, L"Tour de table", MB_ICONERROR);
#endif
    return 1;
}

/* Settings stay beside the program when the folder « reglages » is there and can be written. */
static void garder_les_reglages_ici(void)
{
    wchar_t *reglages = a_cote(L"reglages");
    HANDLE essai;
    if (GetEnvironmentVariableW(L"TOUR_DE_TABLE_DOSSIER", NULL, 0) != 0)
        return;
    essai = CreateFileW(a_cote(L"reglages\\.essai"), GENERIC_WRITE, 0, NULL, CREATE_ALWAYS,
                        FILE_ATTRIBUTE_HIDDEN | FILE_FLAG_DELETE_ON_CLOSE, NULL);
    if (essai == INVALID_HANDLE_VALUE)
        return;
    CloseHandle(essai);
    SetEnvironmentVariableW(L"TOUR_DE_TABLE_DOSSIER", reglages);
}

static int lancer(int nombre, wchar_t **arguments)
{
    wchar_t *coupe;
    wchar_t **tous = calloc(nombre + EN_TETE, sizeof(wchar_t *));
    HMODULE python;
    py_main principal;
    DWORD longueur = GetModuleFileNameW(NULL, dossier, LONGUEUR);
    int rang;

    if (tous == NULL || longueur == 0 || longueur >= LONGUEUR)
        return refuser(L"Tour de table ne trouve pas son dossier : installez-le de nouveau.");
    coupe = wcsrchr(dossier, L'\\');
    if (coupe != NULL)
        *coupe = L'\0';
    garder_les_reglages_ici();
    python = LoadLibraryExW(a_cote(L"interne\\python311.dll"), NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    principal = python ? (py_main)(void *)GetProcAddress(python, "Py_Main") : NULL;
    if (principal == NULL)
        return refuser(L"Tour de table est incomplet : installez-le de nouveau.");

    tous[0] = arguments[0];
    tous[1] = L"-I";
    tous[2] = L"-S";
    tous[3] = L"-B";
    tous[4] = L"-X";
    tous[5] = L"utf8";
    tous[6] = a_cote(L"interne\\demarrer.py");
    for (rang = 1; rang < nombre; rang++)
        tous[6 + rang] = arguments[rang];
    return principal(nombre + 6, tous);
}

#ifdef CONSOLE
int wmain(int nombre, wchar_t **arguments)
{
    return lancer(nombre, arguments);
}
#else
int WINAPI wWinMain(HINSTANCE ici, HINSTANCE avant, LPWSTR ligne, int montrer)
{
    int nombre = 0;
    wchar_t **arguments = CommandLineToArgvW(GetCommandLineW(), &nombre);
    (void)ici, (void)avant, (void)ligne, (void)montrer;
    /* A window has no console: what it may have inherited of one stops Python when it is broken. */
    SetStdHandle(STD_INPUT_HANDLE, NULL);
    SetStdHandle(STD_OUTPUT_HANDLE, NULL);
    SetStdHandle(STD_ERROR_HANDLE, NULL);
    return arguments == NULL ? 1 : lancer(nombre, arguments);
}
#endif
