using System.CommandLine;
using System.Globalization;
using HubertSharp.Audio.Streams;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Decoding.Recordings;
using HubertSharp.Runs;
using HubertSharp.SpeechTokenizer;
using HubertSharp.SpeechTokenizer.Codes;

namespace HubertSharp.Cli.Verbs.Tokenizers;

/// <summary><c>hubert tokenizer encode</c>: recordings of any length to codes.</summary>
internal static class TokenizerEncodeVerb
{
    public static Command Create()
    {
        var (audio, tokenizer) = (TokenizerVerb.Audio(), new TokenizerArguments());
        var format = ModelOptions.Choice("--format",
            "npy (int64 [quantisers, frames]), json, or packed (10 bits per code of 1024, .codes).", "npy", "json", "packed");
        var released = new Option<bool>("--released-start")
        {
            Description =
                "When --quantizers starts above 1, that quantiser hears the embedding itself, as the released encode(st=...) does, "
                    + "and not what the ones before it leave.",
        };
        var command = new Command("encode", "Recordings to the codes of a tokenizer.") { audio };
        tokenizer.AddTo(command);
        command.Options.Add(format);
        command.Options.Add(released);
        command.WithExample("hubert tokenizer encode speech.flac --model models/speechtokenizer --out codes");
        command.WithExample(
            "hubert tokenizer encode data/test.tsv --model models/speechtokenizer --quantizers 1 --format json --out units");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            using var model = tokenizer.Model(parsed);
            var range = QuantizerRange.Parse(tokenizer.Quantizers(parsed), model.Config.Quantizers);
            var recordings = RecordingList.Read(parsed.GetValue(audio)!, leastSamples: 1, cancellation);
            var kind = Enum.Parse<CodeFormat>(parsed.GetValue(format)!, ignoreCase: true);
            var output = tokenizer.Output(parsed);
            var results = new ResultFolder(output, [.. recordings.Select(recording => recording.Name)], CodeFile.Ending(kind),
                CodeFile.Kind(kind), tokenizer.Force(parsed));
            var coder = new SpeechCoder(model, tokenizer.Chunks(parsed));
            var frames = 0L;
            using (var progress = new CoderProgress("Encoding", recordings.Sum(recording => recording.LengthSamples)))
            {
                foreach (var recording in recordings)
                {
                    using var source = new AudioStream(recording.Path, recording.LengthSamples, cancellation);
                    var codes = coder.Encode(source, range, parsed.GetValue(released), progress.Add, cancellation);
                    CodeFile.Write(results.PlaceOf(recording.Name), codes, kind);
                    frames += codes.Frames;
                }
            }
            Console.WriteLine(Summary(recordings.Count, frames, range.Count, model.Config, output));
            return CommandHost.Done;
        }));
        return command;
    }

    private static string Summary(int recordings, long frames, int quantizers, TokenizerConfig config, string output)
    {
        var bits = Math.Log2(config.CodebookSize) * quantizers * config.SampleRate / config.Hop;
        return string.Create(CultureInfo.InvariantCulture,
            $"{Counted.Of(recordings, "recording")}, {Counted.Of(frames, "frame")} × {Counted.Of(quantizers, "code")} "
            + $"({bits / 1000:0.##} kbit/s) in {PrintableText.Of(output)}");
    }
}
