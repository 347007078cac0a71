using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Decoding.Recordings;
using HubertSharp.Interop;
using HubertSharp.Pipelines;
using HubertSharp.SpeechTokenizer;
using HubertSharp.SpeechTokenizer.Scoring;
using HubertSharp.Tensors;
using HubertSharp.Training;

namespace HubertSharp.Cli.Verbs.Tokenizers;

/// <summary><c>hubert tokenizer evaluate</c>: what a tokenizer keeps of speech, and what its codes tell.</summary>
internal static class TokenizerEvaluateVerb
{
    public static Command Create()
    {
        var model = new Argument<string>("MODEL")
        {
            Description = $"Tokenizer: a folder with config.json and {TokenizerReader.TorchName} or {TokenizerReader.SafetensorsName}, "
                + "or such a file of weights.",
        };
        var (scoring, config, device) = (new TokenizerScoringArguments(), TokenizerArguments.Config(), ModelOptions.Device());
        var json = new Option<bool>("--json") { Description = "Print JSON instead of the tables." };
        var command = new Command("evaluate",
            "What a tokenizer keeps of speech with 1, 2, 4, … quantisers (STOI, ESTOI, SI-SDR, mel and spectral distances, pitch, word "
            + "errors), how it uses its codes, and what quantiser 1 tells of phones.")
        {
            model, config,
        };
        scoring.AddTo(command);
        command.Options.Add(device);
        command.Options.Add(json);
        command.WithExample(
            "hubert tokenizer evaluate models/speechtokenizer --manifest data/test.tsv --quantizers 1,2,4,8 --out evaluation");
        command.WithExample("hubert tokenizer evaluate models/mine --manifest data/test.tsv --reference data/zh_labels.tsv --labels "
            + "it2/test.km --recogniser models/hubert-ctc");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            var (path, on) = (parsed.GetValue(model)!, PrecisionChoice.Device(parsed.GetValue(device)!));
            using var tokenizer = TokenizerArguments.Read(path, parsed.GetValue(config), on);
            using var recogniser = parsed.GetValue(scoring.Recogniser) is { } other
                ? new TorchCtcScorer(ModelReader.Read(other), ComputePrecision.Float32, on) : null;
            var options = scoring.Of(parsed, path, recogniser);
            TokenizerTable.Print(ConsecutiveStages.Run(title => ConsoleProgress.Start(title),
                stages => TokenizerScoring.Run(tokenizer, options, stages, cancellation)), options.OutputFolder, parsed.GetValue(json));
            return CommandHost.Done;
        }));
        return command;
    }
}
