using System.CommandLine;
using System.Globalization;
using HubertSharp.Features;

namespace HubertSharp.Cli.Arguments;

/// <summary>Options that every dump of features has.</summary>
internal static class FeatureOptions
{
    public static Option<string> Manifest() => new("--manifest")
    {
        Description = "Manifest (.tsv); its name without ending becomes the split's.",
        Required = true,
    };

    public static Option<string> Output() => new("--out")
    {
        Description = "Folder of the dump: SPLIT_I_N.npy, .len and .features.json.",
        Required = true,
    };

    public static Option<FeatureShard> Shard() => new("--shard")
    {
        Description = "Only this part of the manifest: I/N, I from 0 (fairseq's rank and nshard).",
        DefaultValueFactory = _ => FeatureShard.Whole,
        CustomParser = result => FeatureShard.Parse(result.Tokens[0].Value),
    };

    public static Option<int> Threads(string description = "Threads that decode and compute; 0 takes all cores.")
    {
        const int most = 4096;
        var option = new Option<int>("--threads") { Description = description };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && int.TryParse(text, CultureInfo.InvariantCulture, out var threads)
                && threads is < 0 or > most)
                result.AddError($"--threads: bad value (expected 0 to {most}, found {threads})");
        });
        return option;
    }
}
