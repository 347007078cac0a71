namespace HubertSharp.Runs.Files;

public static partial class RegularFile
{
    /// <summary>No description, report or list of settings is longer: a bound for <see cref="ReadAllText"/>.</summary>
    public const long MostOfDescription = 1 << 26;

    private const int LongestLine = 1 << 28; // of an alignment: many hours of one utterance

    /// <summary>The lines one by one, as <c>File.ReadLines</c> parts them. The file is opened before anything is asked for.</summary>
    /// <exception cref="UserException">No regular file, or a line that cannot be one: what is endless, or full of zeros, is no
    /// text.</exception>
    /// <exception cref="IOException">As of <see cref="OpenRead"/>.</exception>
    public static IEnumerable<string> ReadLines(string path) => Lines(OpenText(path, LongestLine));

    private static IEnumerable<string> Lines(StreamReader reader)
    {
        using (reader)
        {
            while (reader.ReadLine() is { } line)
                yield return line;
        }
    }
}
