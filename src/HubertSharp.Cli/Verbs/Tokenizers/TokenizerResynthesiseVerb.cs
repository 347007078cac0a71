using System.CommandLine;
using HubertSharp.Audio;
using HubertSharp.Audio.Streams;
using HubertSharp.Cli.Arguments;
using HubertSharp.Cli.Output;
using HubertSharp.Decoding.Recordings;
using HubertSharp.Runs.Files;
using HubertSharp.SpeechTokenizer;
using HubertSharp.SpeechTokenizer.Codes;

namespace HubertSharp.Cli.Verbs.Tokenizers;

/// <summary><c>hubert tokenizer resynthesise</c>: recordings to codes and back, in their own voice or in another.</summary>
internal static class TokenizerResynthesiseVerb
{
    public static Command Create()
    {
        var (audio, tokenizer, format) = (TokenizerVerb.Audio(), new TokenizerArguments(), TokenizerVerb.AudioFormat());
        var voice = new Option<string?>("--voice")
        {
            Description = "Recording whose codes of quantisers 2 and up replace those of each recording: what is said, in another voice.",
        };
        var command = new Command("resynthesise",
            "Recordings to codes and back: what a tokenizer keeps of them, or the same in another voice.")
        {
            audio,
        };
        tokenizer.AddTo(command);
        command.Options.Add(format);
        command.Options.Add(voice);
        command.WithExample("hubert tokenizer resynthesise speech.flac --model models/speechtokenizer --quantizers 1-4 --out speech4");
        command.WithExample("hubert tokenizer resynthesise speech.flac --model models/speechtokenizer --voice other.wav --out converted");
        command.SetAction((parsed, cancellation) => FirstThread.Run(() =>
        {
            using var model = tokenizer.Model(parsed);
            var range = QuantizerRange.Parse(tokenizer.Quantizers(parsed), model.Config.Quantizers);
            if (parsed.GetValue(voice) is not null && range is not { First: 1, Last: >= 2 })
                throw TokenizerFaults.VoiceNeedsTwo(range);
            var recordings = RecordingList.Read(parsed.GetValue(audio)!, leastSamples: 1, cancellation);
            var voices = parsed.GetValue(voice) is { } other ? RecordingList.Read([other], leastSamples: 1, cancellation) : [];
            var results = new ResultFolder(tokenizer.Output(parsed), [.. recordings.Select(recording => recording.Name)],
                $".{parsed.GetValue(format)}", OutputKind.Speech, tokenizer.Force(parsed));
            var coder = new SpeechCoder(model, tokenizer.Chunks(parsed));
            using var progress = new CoderProgress("Resynthesising",
                (2 * recordings.Sum(recording => recording.LengthSamples)) + voices.Sum(recording => recording.LengthSamples));
            TokenCodes Encode(Recording recording)
            {
                using var source = new AudioStream(recording.Path, recording.LengthSamples, cancellation);
                return coder.Encode(source, range, heard: progress.Add, cancellation: cancellation);
            }

            var spoken = voices is [var one, ..] ? Encode(one) : null;
            foreach (var recording in recordings)
            {
                var codes = Encode(recording);
                AudioFile.Write(results.PlaceOf(recording.Name),
                    progress.Counting(coder.Decode(spoken is null ? codes : codes.InVoiceOf(spoken), cancellation)),
                    model.Config.SampleRate, OutputKind.SpeechSoftware);
            }
            return CommandHost.Done;
        }));
        return command;
    }
}
