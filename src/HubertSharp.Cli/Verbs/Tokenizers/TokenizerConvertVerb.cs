using System.CommandLine;
using HubertSharp.Cli.Arguments;
using HubertSharp.Interop;
using HubertSharp.Runs;
using HubertSharp.SpeechTokenizer;
using static TorchSharp.torch;

namespace HubertSharp.Cli.Verbs.Tokenizers;

/// <summary><c>hubert tokenizer convert</c>: any tokenizer as it is released.</summary>
internal static class TokenizerConvertVerb
{
    public static Command Create()
    {
        var input = new Argument<string>("IN")
        {
            Description = "Tokenizer: a folder, a file of weights, or a checkpoint of its training.",
        };
        var output = new Argument<string>("OUT") { Description = "Folder to write." };
        var config = TokenizerArguments.Config();
        var to = ModelOptions.Choice("--to",
            $"released: config.json, {TokenizerReader.TorchName} for the released program, and {TokenizerReader.SafetensorsName}. onnx: "
            + $"{TokenizerMark.EncoderName} and {TokenizerMark.DecoderName}, tried against this program.", "released", "onnx");
        var force = new Option<bool>("--force") { Description = "Replace what is there." };
        var command = new Command("convert", "A tokenizer as it is released, or for ONNX Runtime.")
        {
            input, output, to, config, force,
        };
        command.WithExample(
            "hubert tokenizer convert Log/SpeechTokenizerTrainer_00002500 models/speechtokenizer --config spt_base_cfg.json");
        command.WithExample("hubert tokenizer convert models/speechtokenizer models/speechtokenizer-onnx --to onnx");
        command.SetAction((parsed, _) => FirstThread.Run(() =>
        {
            var tokenizer = TokenizerReader.Read(parsed.GetValue(input)!, parsed.GetValue(config));
            using var model = tokenizer.Build(CPU); // it must fit its settings
            if (parsed.GetValue(to) == "onnx")
            {
                Console.WriteLine(TokenizerOnnxConversion.Run(tokenizer, model, parsed.GetValue(output)!, parsed.GetValue(force)));
                Console.WriteLine($"written: {PrintableText.Of(parsed.GetValue(output)!)}");
                return CommandHost.Done;
            }
            if (parsed.GetValue(force))
                UsersFiles.CheckNames(parsed.GetValue(output)!);
            var parameters = OutputPlace.Fill(parsed.GetValue(output)!, parsed.GetValue(force), place =>
            {
                TokenizerWriter.Write(place, tokenizer);
                return TokenizerReader.Read(place).Tensors.Values.Sum(tensor => tensor.Count);
            });
            Console.WriteLine($"{parameters:#,0} numbers in {PrintableText.Of(parsed.GetValue(output)!)}");
            return CommandHost.Done;
        }));
        return command;
    }
}
