using System.Text;
using HubertSharp.Runs.Files;

namespace HubertSharp.Corpora.Debian;

/// <summary>Whose recordings the corpus holds and under which licences; whoever passes it on passes this on.</summary>
internal static class DebianLicences
{
    private const string Folder = "licences";
    private const string Mandarin = """
        ## audio/zh/spk3_*

        gcin-voice, speaker 3 (package gcin-voice). Copyright 2014 Edward Der-Hua Liu.
        GNU General Public License 3 or GNU Lesser General Public License 3: https://www.gnu.org/licenses/

        ## audio/zh/spk5_*

        gcin-voice, speaker 5 (package gcin-voice). 聲優　羅竺與徵音梅林開發委員會錄音組 (ChionMeilin, with the voice of Chu Lo).
        Creative Commons Attribution 3.0 (CC BY 3.0): https://creativecommons.org/licenses/by/3.0/

        """;

    /// <summary>Writes <c>LICENSES.md</c>, and each package's own statement into <c>licences/</c>.</summary>
    public static void Write(string folder, DebianSelection selection, Func<string, string> unpackedOf)
    {
        var text = new StringBuilder("# Licences of the recordings in this folder\n\n"
            + $"Made by `hubert corpus get {selection.Name}` from Debian packages, whose own statements lie in `{Folder}/`. "
            + "The recordings were\ndecoded and resampled to 16 kHz mono FLAC; nothing else was changed in them.");
        text.Append(selection.HasMandarin
            ? " The Mandarin syllables were joined into longer\nutterances with pauses of faint noise.\n\n"
            : "\n\n");
        foreach (var voice in selection.Voices)
            text.Append($"## audio/{voice.Language}/{voice.Speaker}_*\n\n{voice.Rights}\nPackage {voice.Package}.\n\n");
        if (selection.HasMandarin)
            text.Append(Mandarin);
        AtomicFile.WriteAllText(Path.Combine(folder, "LICENSES.md"), text.ToString());
        Directory.CreateDirectory(Path.Combine(folder, Folder));
        foreach (var package in selection.Packages)
        {
            var statement = Path.Combine(unpackedOf(package), "usr", "share", "doc", package, "copyright");
            if (!File.Exists(statement))
                throw CorpusFaults.PackageLacks(unpackedOf(package), $"licence of {package}");
            AtomicFile.WriteAllText(Path.Combine(folder, Folder, $"{package}.txt"),
                RegularFile.ReadAllText(statement, RegularFile.MostOfDescription));
        }
    }
}
