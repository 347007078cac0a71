using System.Text;

namespace HubertSharp.Tests.Snapshots;

/// <summary>
/// A committed file that a test holds the program to. <c>HUBERTSHARP_SNAPSHOTS=write</c> writes the files anew instead; git then shows
/// what changed.
/// </summary>
internal static class Snapshot
{
    public const string Variable = "HUBERTSHARP_SNAPSHOTS";

    private const int MostLines = 60;

    /// <summary>Compares a text with its file, or writes the file.</summary>
    /// <param name="path">Relative to the repository.</param>
    /// <param name="text">What is to be in it.</param>
    public static void Check(string path, string text)
    {
        var file = Path.Combine(Fixtures.RepositoryRoot(), path);
        var found = text.TrimEnd('\n') + "\n";
        if (Environment.GetEnvironmentVariable(Variable) == "write")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllText(file, found);
            return;
        }
        var expected = File.Exists(file) ? File.ReadAllText(file) : "";
        Assert.True(expected == found, $"{path} says something else; where the change is meant, run the test with {Variable}=write "
            + $"and commit the file:\n{Difference(expected, found)}");
    }

    /// <summary>Holds a folder to having one file per name, and no other.</summary>
    public static void CheckFolder(string folder, string extension, IEnumerable<(string Name, string Text)> files)
    {
        var (place, names) = (Path.Combine(Fixtures.RepositoryRoot(), folder), new HashSet<string>(StringComparer.Ordinal));
        foreach (var (name, text) in files)
        {
            names.Add(name + extension);
            Check($"{folder}/{name}{extension}", text);
        }
        var left = Directory.GetFiles(place).Where(f => !names.Contains(Path.GetFileName(f))).ToArray();
        if (Environment.GetEnvironmentVariable(Variable) == "write")
            Array.ForEach(left, File.Delete);
        else
            Assert.Empty(left);
    }

    /// <summary>The lines that went ('-') and came ('+'), in order.</summary>
    internal static string Difference(string expected, string found)
    {
        var (a, b) = (expected.Split('\n'), found.Split('\n'));
        var common = new int[a.Length + 1, b.Length + 1]; // lines that the ends from i and j have in common
        for (var i = a.Length - 1; i >= 0; i--)
        {
            for (var j = b.Length - 1; j >= 0; j--)
                common[i, j] = a[i] == b[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }
        var text = new StringBuilder();
        var (shown, x, y) = (0, 0, 0);
        while ((x < a.Length || y < b.Length) && shown < MostLines)
        {
            if (x < a.Length && y < b.Length && a[x] == b[y])
            {
                (x, y) = (x + 1, y + 1);
                continue;
            }
            var gone = y == b.Length || (x < a.Length && common[x + 1, y] >= common[x, y + 1]);
            text.Append(gone ? '-' : '+').Append(' ').Append(gone ? a[x++] : b[y++]).Append('\n');
            shown++;
        }
        return shown < MostLines ? text.ToString() : text.Append("...\n").ToString();
    }
}
