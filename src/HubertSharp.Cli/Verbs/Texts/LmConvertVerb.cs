using System.CommandLine;
using HubertSharp.Cli.Output;
using HubertSharp.LanguageModels;

namespace HubertSharp.Cli.Verbs.Texts;

/// <summary><c>hubert lm convert</c>.</summary>
internal static class LmConvertVerb
{
    public static Command Create()
    {
        var from = new Argument<string>("LM") { Description = "The model: ARPA, plain or packed by gzip, or the form that is mapped." };
        var output = new Option<string>("--out")
        {
            Description = "The model to write: ARPA, packed where it ends in .gz; .bin is the form that is mapped into memory.",
            Required = true,
        };
        var binary = new Option<bool>("--binary") { Description = "Write the form that is mapped into memory, whatever the name is." };
        var command = new Command("convert", "Write a model in the form that is mapped into memory, which opens at once, or as ARPA text.")
        {
            from, output, binary,
        };
        command.WithExample("hubert lm convert lm.arpa.gz --out lm.bin");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            var path = parsed.GetValue(output)!;
            using var model = NgramModel.Open(parsed.GetValue(from)!, cancellation);
            ModelFile.Write(model, path, parsed.GetValue(binary) || ModelFile.IsBinaryName(path));
            PlainTable.Write(Console.Out, ["order", "n-grams"],
                Enumerable.Range(1, model.Order).Select(n => (string[])[$"{n}", $"{model.Count(n):#,0}"]));
            return CommandHost.Done;
        }));
        return command;
    }
}
