using System.Globalization;

namespace HubertSharp.Tests.Doctor;

/// <summary>One window of a made-up run, in the form of each toolkit. Losses in bits.</summary>
internal static class ToolkitLines
{
    public static string Header(string toolkit) => toolkit switch
    {
        "csv" => "update,loss\n",
        "lightning" => "epoch,step,train_loss_step,train_masked_accuracy_step,val_loss_epoch\n",
        _ => "",
    };

    public static string Line(string toolkit, int interval, long update, double masked, double valid, double penalty, double accuracy,
        double rate, double gradient)
    {
        var nats = Math.Log(2);
        return toolkit switch
        {
            "fairseq" =>
                string.Create(CultureInfo.InvariantCulture,
                    $"[2023-05-01 10:00:00,123][train_inner][INFO] - {{\"epoch\": 1, \"loss\": \"{masked + penalty:0.000}\", "
                    + $"\"count_m_0\": \"56000\", \"loss_m_0\": \"{masked:0.000}\", \"loss_features_pen\": \"{penalty:0.000}\", "
                    + $"\"correct_m_0\": \"{accuracy:0.0000}\", \"ppl\": \"{Math.Pow(2, masked + penalty):0.00}\", \"ups\": \"1.5\", "
                    + $"\"num_updates\": \"{update}\", \"lr\": \"{rate:0.000e+00}\", \"gnorm\": \"{gradient:0.000}\", \"train_wall\": "
                    + $"\"{0.9 * interval / 1.5:0}\"}}\n"),
            "espnet" => string.Create(CultureInfo.InvariantCulture,
                $"[host] 2022-11-02 16:34:56,315 (trainer:753) INFO: 1epoch:train:{update - interval + 1}-{update}batch: "
                + $"loss={(masked + penalty) * nats * 9100:0.000e+00}, count_m=9.100e+03, acc_m={accuracy:0.000}, "
                + $"acc_u={accuracy / 2:0.000}, optim0_lr0={rate:0.000e+00}\n"),
            "icefall" =>
                string.Create(CultureInfo.InvariantCulture,
                    $"2024-02-18 10:00:02,123 INFO [pretrain.py:610] Epoch 1, batch {update - 1}, "
                    + $"loss[loss={(masked + penalty) * nats:0.000}, loss_m_0={masked * nats:0.000}, correct_m_0={accuracy:0.0000}, "
                    + $"count_m_0=1, over 9100.00 frames. ], tot_loss[loss=5, over 9100.00 frames. ], batch size: 43, lr: "
                    + $"{rate * 90:0.00e+00}, grad_scale: 8.0\n"),
            "lightning" =>
                string.Create(CultureInfo.InvariantCulture,
                    $"0,{update},{(masked + penalty) * nats:0.000},{accuracy:0.0000},"
                    + $"{(update / interval % 20 == 0 ? (valid * nats).ToString("0.000", CultureInfo.InvariantCulture) : "")}\n"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{update},{masked + penalty:0.000}\n"),
        };
    }
}
