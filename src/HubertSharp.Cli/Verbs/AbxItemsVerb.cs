using System.CommandLine;
using HubertSharp.Evaluation.Abx;
using HubertSharp.Runs;

namespace HubertSharp.Cli.Verbs;

/// <summary><c>hubert abx items</c>: an item file from an alignment.</summary>
internal static class AbxItemsVerb
{
    public static Command Create()
    {
        var reference = new Option<string>("--reference")
        {
            Description =
                "Alignment: in samples (zh_labels.tsv, *.phn.tsv), TextGrid, CTM, LibriSpeech's or TIMIT's, a file or a folder of "
                    + "them (docs/evaluation.md).",
            Required = true,
        };
        var output = new Option<string>("--out") { Description = "The item file to write.", Required = true };
        var manifest = new Option<string?>("--manifest") { Description = "Only utterances of this manifest (.tsv)." };
        var context = new Option<ItemContext>("--context")
        {
            Description = "triphone: A, B and X stand between the same two neighbours, and an item spans all three segments, as "
                + "libri-light's do; none: each segment alone, for syllables and words.",
            DefaultValueFactory = _ => ItemContext.Triphone,
        };
        var keepDigits = new Option<bool>("--keep-digits") { Description = "Keep tone and stress digits; without it they are removed." };
        var command = new Command("items", "Write the item file of an alignment, for 'hubert abx' and other ABX programs.")
        {
            reference, output, manifest, context, keepDigits,
        };
        command.WithExample("hubert abx items --reference data/en.phn.tsv --manifest data/valid.tsv --out valid.item");
        command.SetAction(parsed =>
        {
            var (items, speakers) = AbxItems.Write(new AbxItemsOptions
            {
                ReferencePath = parsed.GetValue(reference)!,
                OutputPath = parsed.GetValue(output)!,
                ManifestPath = parsed.GetValue(manifest),
                Context = parsed.GetValue(context),
                RemoveDigits = !parsed.GetValue(keepDigits),
            });
            Console.WriteLine($"{parsed.GetValue(output)}: {Counted.Of(items, "item")} of {Counted.Of(speakers, "speaker")}");
            return CommandHost.Done;
        });
        return command;
    }
}
