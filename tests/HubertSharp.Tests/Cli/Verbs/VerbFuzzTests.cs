using System.Globalization;
using HubertSharp.Cli;

namespace HubertSharp.Tests.Cli.Verbs;

/// <summary>
/// Every verb with damaged copies of each of its inputs: it does its work or says in one line what is wrong, soon and in bounded memory.
/// Each command line once here; <c>bench/fuzz-verbs.sh</c> tries twenty thousand.
/// </summary>
[Collection("alone")]
public sealed class VerbFuzzTests(MadeInputs made)
{
    /// <summary>Above what the same verb takes with whole inputs.</summary>
    private const double MostAllocatedMiB = 300, MostGrowthMiB = 400;

    private const int MostFaultsShown = 40;

    /// <summary>A hang; <c>bench/fuzz-verbs.sh</c>, on a machine of its own, allows ten seconds.</summary>
    private static int MostSeconds => Setting("HUBERTSHARP_FUZZ_SECONDS", Patience.LongMilliseconds / 1000);

    private static int Inputs => Setting("HUBERTSHARP_FUZZ_FILES", 75);

    private static int FirstSeed => Setting("HUBERTSHARP_FUZZ_SEED", 1);

    [Fact]
    public void Every_verb_is_tried() =>
        Assert.Equal(VerbCase.AllVerbs().Order(StringComparer.Ordinal),
            VerbCases.All.Select(c => c.Verb()).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void Every_damaged_input_gives_a_result_or_one_line()
    {
        HubertInside.LimitMemory(10L << 30);
        var inputs = made.Inputs;
        var (faults, ends, slowest, most, grown) = (new List<string>(), new SortedDictionary<string, int>(StringComparer.Ordinal),
            0.0, 0.0, 0.0);
        var whole = new Dictionary<VerbCase, InsideResult>();
        for (var number = FirstSeed; number < FirstSeed + Inputs; number++)
        {
            Note(number);
            var verb = VerbCases.All[number % VerbCases.All.Count];
            if (!whole.ContainsKey(verb))
            {
                var unharmed = whole[verb] = Whole(verb, inputs);
                if (unharmed.ExitCode != CommandHost.Done || unharmed.Fault() is not null)
                    faults.Add($"{verb.Line}: does not work: {unharmed.ExitCode}, {unharmed.Fault()}\n"
                        + $"{Shortened(unharmed.Error + unharmed.Output)}");
            }
            var (what, result) = Damaged(verb, inputs, number);
            if (result.Seconds > MostSeconds) // once more: the machine may have been busy
                (what, result) = Damaged(verb, inputs, number);
            var fault = result.Fault()
                ?? (result.Seconds > MostSeconds ? $"{result.Seconds:0.0} s" : null)
                ?? (result.ExitCode != CommandHost.Interrupted // a longer job allocates more in all: there, what it holds counts
                    && result.AllocatedMiB > MostAllocatedMiB + verb.ModelMiB + (2 * whole[verb].AllocatedMiB)
                    ? $"{result.AllocatedMiB:0} MiB allocated, {whole[verb].AllocatedMiB:0} otherwise"
                    : null)
                ?? (result.GrowthMiB > MostGrowthMiB + verb.ModelMiB + (2 * whole[verb].GrowthMiB)
                    ? $"{result.GrowthMiB:0} MiB more memory, {whole[verb].GrowthMiB:0} otherwise"
                    : null);
            if (fault is not null)
                faults.Add($"seed {number}, {verb.Line}: {fault} ({what})\n{Shortened(result.Error)}");
            var end = result.ExitCode is CommandHost.Interrupted ? "stopped" : $"exit code {result.ExitCode}";
            ends[end] = ends.GetValueOrDefault(end) + 1;
            (slowest, most,
                grown) = (Math.Max(slowest, result.Seconds), Math.Max(most, result.AllocatedMiB), Math.Max(grown, result.GrowthMiB));
            if (faults.Count >= MostFaultsShown || result.ExitCode is null)
                break;
        }
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{ends.Values.Sum()} damaged inputs of {VerbCases.All.Count} command lines: "
            + $"{string.Join(", ", ends.Select(e => $"{e.Value} {e.Key}"))}; slowest {slowest:0.0} s, most {most:0} MiB allocated, "
            + $"memory at most {grown:0} MiB above the start"));
        Assert.True(faults.Count == 0, $"{faults.Count} faults\n{string.Join("\n", faults)}");
    }

    /// <summary>With inputs as they should be, the command line works; what it takes is what damage is measured by.</summary>
    private InsideResult Whole(VerbCase verb, string inputs)
    {
        var place = made.Place;
        verb.Copy(inputs, place);
        var result = HubertInside.Run(place, verb.Arguments(place), untilDone: true);
        Directory.Delete(place, recursive: true);
        return result;
    }

    private (string What, InsideResult Result) Damaged(VerbCase verb, string inputs, int number)
    {
        var (place, random) = (made.Place, new Random(number));
        var files = verb.Copy(inputs, place);
        var arguments = verb.Arguments(place);
        var what = files.Count == 0 || random.Next(10) == 0 ? VerbCase.Change(arguments, random) : null;
        if (what is null && files.Count > 0)
        {
            var file = files[random.Next(files.Count)];
            var whole = files.Select(path => Path.Combine(inputs, Path.GetRelativePath(place, path))).ToList();
            what = $"{Path.GetRelativePath(place, file)}: "
                + $"{InputDamage.Apply(file, random, () => File.ReadAllBytes(whole[random.Next(whole.Count)]))}";
        }
        what = what is { Length: > 300 } ? what[..300] : what ?? "nothing";
        try
        {
            return (what, HubertInside.Run(place, arguments));
        }
        catch (Exception e) when (e is Xunit.Sdk.XunitException or HttpRequestException or TaskCanceledException)
        {
            throw new InvalidOperationException($"seed {number}, {verb.Line} ({what})", e);
        }
        finally
        {
            Directory.Delete(place, recursive: true);
        }
    }

    /// <summary>For whoever starts this process: what it was about when it died.</summary>
    private static void Note(int number)
    {
        if (Environment.GetEnvironmentVariable("HUBERTSHARP_FUZZ_NOTE") is { Length: > 0 } note)
            File.WriteAllText(note, $"{number}");
    }

    private static string Shortened(string error) =>
        string.Join('\n', error.Split('\n').Take(12).Select(line => line.Length > 400 ? line[..400] : line));

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
}
