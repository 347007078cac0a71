using System.CommandLine;

namespace HubertSharp.Tests.Cli.Verbs;

/// <summary>A command line that works, with the files and folders it needs.</summary>
/// <param name="Line">The arguments, separated by spaces; <c>@/</c> is the folder with the inputs, <c>out</c> in it is free.</param>
/// <param name="Needs">The inputs, separated by spaces: they are copied, and one of their files is damaged.</param>
/// <param name="Keeps">Inputs that stay as they are.</param>
internal sealed record VerbCase(string Line, string Needs, string Keeps = "")
{
    private static readonly string[] s_odd =
    [
        "0", "-1", "nan", "inf", "-inf", "1e400", "", "abc", "0.3", "99999999999999999999", "null", "[]", "１",
    ];

    /// <summary>
    /// In MiB, what a model costs beside what the line takes with whole inputs: a damaged configuration loses the keys that make the model
    /// small, and the default is HuBERT Base (1,450 MiB measured for one step on one row).
    /// </summary>
    public double ModelMiB => Line.StartsWith("pretrain", StringComparison.Ordinal)
        || Line.StartsWith("bench step", StringComparison.Ordinal) ? 2200 : 0;

    /// <summary>The verb alone, as it stands in the command tree.</summary>
    public string Verb()
    {
        Command command = HubertSharp.Cli.Program.CreateRoot();
        var names = new List<string>();
        foreach (var word in Line.Split(' '))
        {
            if (command.Subcommands.FirstOrDefault(c => c.Name == word) is not { } next)
                break;
            names.Add((command = next).Name);
        }
        return string.Join(' ', names);
    }

    /// <summary>Every verb that does something.</summary>
    public static IEnumerable<string> AllVerbs(Command? command = null, string name = "")
    {
        command ??= HubertSharp.Cli.Program.CreateRoot();
        if (command.Action is not null && name.Length > 0)
            yield return name;
        foreach (var verb in command.Subcommands.SelectMany(c => AllVerbs(c, $"{name} {c.Name}".Trim())))
            yield return verb;
    }

    public string[] Arguments(string place) => [.. Line.Split(' ').Select(word => word.Replace("@", place, StringComparison.Ordinal))];

    /// <summary>Copies the inputs to <paramref name="place"/> and returns the files that may be damaged.</summary>
    public List<string> Copy(string inputs, string place)
    {
        Directory.CreateDirectory(place);
        foreach (var keep in Split(Keeps))
            Copied(inputs, keep, place);
        return [.. Split(Needs).SelectMany(need => Copied(inputs, need, place))];
    }

    /// <summary>Changes one number of the command line; null where it has none.</summary>
    public static string? Change(string[] arguments, Random random)
    {
        var numbers = Enumerable.Range(0, arguments.Length).Where(i => double.TryParse(arguments[i].Split('=')[^1], out _)).ToList();
        if (numbers.Count == 0)
            return null;
        var at = numbers[random.Next(numbers.Count)];
        var before = arguments[at];
        var odd = s_odd[random.Next(s_odd.Length)];
        arguments[at] = before.Contains('=', StringComparison.Ordinal) ? $"{before.Split('=')[0]}={odd}" : odd;
        return $"'{before}' now '{arguments[at]}'";
    }

    private static string[] Split(string names) => names.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static List<string> Copied(string inputs, string name, string place)
    {
        var copies = new List<string>();
        Copy(Path.Combine(inputs, name));
        return copies;

        void Copy(string entry)
        {
            var copy = Path.Combine(place, Path.GetRelativePath(inputs, entry));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (new FileInfo(entry).LinkTarget is { } target)
            {
                if (new FileInfo(copy).LinkTarget is null)
                    File.CreateSymbolicLink(copy, target);
            }
            else if (File.Exists(entry))
            {
                File.Copy(entry, copy, overwrite: true);
                copies.Add(copy);
            }
            else
            {
                foreach (var inside in Directory.GetFileSystemEntries(entry).Order(StringComparer.Ordinal))
                    Copy(inside);
            }
        }
    }
}
