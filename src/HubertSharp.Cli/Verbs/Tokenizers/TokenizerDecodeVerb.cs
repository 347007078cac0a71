using System.CommandLine;
using HubertSharp.Audio;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Runs.Files;
using HubertSharp.SpeechTokenizer;
using HubertSharp.SpeechTokenizer.Codes;

namespace HubertSharp.Cli.Verbs.Tokenizers;

/// <summary><c>hubert tokenizer decode</c>: codes to speech.</summary>
internal static class TokenizerDecodeVerb
{
    public static Command Create()
    {
        var codes = new Argument<string[]>("CODES")
        {
            Description = "Files of codes (.npy, .json, .codes), and folders of them.",
            Arity = ArgumentArity.OneOrMore,
        };
        var (tokenizer, format) = (new TokenizerArguments(), TokenizerVerb.AudioFormat());
        var command = new Command("decode", "Codes of a tokenizer to speech. Of a .npy, --quantizers says which its rows are.") { codes };
        tokenizer.AddTo(command);
        command.Options.Add(format);
        command.WithExample("hubert tokenizer decode codes/speech.npy --model models/speechtokenizer --out speech");
        command.WithExample("hubert tokenizer decode units --model models/speechtokenizer --quantizers 1 --format flac --out speech");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            using var model = tokenizer.Model(parsed);
            var files = CodeFile.Find(parsed.GetValue(codes)!);
            TokenCodes Read(string file) => CodeFile.Read(file, model.Config, tokenizer.Quantizers(parsed));
            var frames = files.Sum(file => Read(file).Frames); // what is wrong with one of them is known at the start
            var results = new ResultFolder(tokenizer.Output(parsed), [.. files.Select(file => Path.GetFileNameWithoutExtension(file))],
                $".{parsed.GetValue(format)}", OutputKind.Speech, tokenizer.Force(parsed));
            var coder = new SpeechCoder(model, tokenizer.Chunks(parsed));
            using var progress = new CoderProgress("Decoding", frames * model.Config.Hop);
            foreach (var file in files)
            {
                AudioFile.Write(results.PlaceOf(Path.GetFileNameWithoutExtension(file)),
                    progress.Counting(coder.Decode(Read(file), cancellation)), model.Config.SampleRate, OutputKind.SpeechSoftware);
            }
            return CommandHost.Done;
        }));
        return command;
    }
}
